import { photoUrl } from '@/api/catalog';
import { unbroken } from '@/lib/names';
import classes from './Marks.module.css';

/** A product: its photo or the room for one, its name, and below it what tells it from another. */
export function ProductName(props: { name: string; photo?: string | null; aside?: string }) {
  return (
    <span className={classes.mark}>
      {props.photo ? (
        <img className={classes.photo} src={photoUrl(props.photo)} alt="" loading="lazy" />
      ) : (
        <span className={classes.photo} aria-hidden />
      )}
      <span>
        {unbroken(props.name)}
        {props.aside && <small className="soft">{props.aside}</small>}
      </span>
    </span>
  );
}
