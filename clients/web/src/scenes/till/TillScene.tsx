import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { tillQuery } from '@/api/till';
import { HubBar } from '@/app/HubBar';
import { useIdentity } from '@/app/identity';
import { ScenePending } from '@/app/SceneStates';
import { ProblemNote } from '@/components/ProblemNote';
import { useLive } from '@/live/socket';
import { ChooseTill } from './ChooseTill';
import { OpenShift } from './OpenShift';
import { Selling } from './Selling';
import classes from './Till.module.css';
import { TillBar } from './TillBar';

/** The till fills the whole screen: which till this is, its shift, then the sale. */
export function TillScene() {
  const { till } = useIdentity();
  useLive(till ? `till:${till.id}` : null);
  const now = useQuery(tillQuery);
  useEffect(() => {
    document.title = 'Düken';
  }, []);

  if (!now.data) {
    return (
      <div className={classes.till}>
        <TillBar shift={null} />
        <HubBar mayReload={false} />
        {now.error ? <ProblemNote error={now.error} retry={() => void now.refetch()} /> : <ScenePending />}
      </div>
    );
  }
  if (till && now.data.shift) return <Selling now={now.data} shift={now.data.shift} />;
  return (
    <div className={classes.till}>
      <TillBar shift={null} />
      <HubBar mayReload />
      <div className={classes.middle}>{till ? <OpenShift till={till} /> : <ChooseTill />}</div>
    </div>
  );
}
