import { Link } from '@tanstack/react-router';
import { useMay } from '@/app/identity';
import { useLamps } from '@/app/lamps';
import { Spot } from '@/components/Light';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';
import classes from './Home.module.css';

/** How the hub, its devices and the link to the head office stand, each with the page where it is looked after. */
export function State() {
  const t = useT();
  const may = useMay();
  const lamps = useLamps();
  return (
    <Card title={t('home.state')}>
      {lamps.map(({ key, icon: Icon, ...lamp }) => {
        const inside = (
          <>
            <Icon size={20} />
            <span>{lamp.label}</span>
            <Spot color={lamp.color}>{lamp.short ?? lamp.detail}</Spot>
          </>
        );
        if (key === 'office') {
          return (
            <Link key={key} className={classes.row} to="/office">
              {inside}
            </Link>
          );
        }
        return key !== 'hub' && may('devices.view') ? (
          <Link key={key} className={classes.row} to="/devices">
            {inside}
          </Link>
        ) : (
          <div key={key} className={classes.row}>
            {inside}
          </div>
        );
      })}
    </Card>
  );
}
