import { Button, Checkbox, Progress, SegmentedControl } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useAction } from '@/api/action';
import {
  type ChecklistItem,
  COUNTED,
  checklistKeys,
  checklistQuery,
  ITEMS,
  LISTS,
  type ListName,
  tickItem,
} from '@/api/checklists';
import { ScenePending } from '@/app/SceneStates';
import { sayProblem } from '@/app/toasts';
import { Columns, Page } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { When } from '@/components/When';
import { type Translate, useT } from '@/i18n';
import { formatDate } from '@/lib/dates';
import { groupDigits } from '@/lib/figures';
import classes from './Checklist.module.css';

/** What to look at when the shop opens, when it closes, and once a week; what the hub sees it ticks by itself. */
export function ChecklistScene() {
  const t = useT();
  const navigate = useNavigate();
  const { list = 'opening' } = useSearch({ from: '/framed/checklists' });
  const { data, error, isPending } = useQuery(checklistQuery(list));
  const done = data?.items.filter((item) => item.done).length ?? 0;
  const words = data && t('checklist.progress', { done, count: data.items.length });
  return (
    <Page title={t('menu.checklists')} width="reading">
      <Columns>
        <SegmentedControl
          size="md"
          classNames={{ label: classes.list }}
          aria-label={t('menu.checklists')}
          data={LISTS.map((name) => ({ value: name, label: t(`checklist.list.${name}`) }))}
          value={list}
          onChange={(name) =>
            void navigate({ to: '/checklists', search: { list: name as ListName }, replace: true })
          }
        />
        <ProblemNote error={error} />
        {isPending && !error && <ScenePending />}
        {data && (
          <>
            <div className={classes.progress}>
              <strong>{done === data.items.length ? t('checklist.all_done') : words}</strong>
              <span className="soft">
                {t(list === 'weekly' ? 'checklist.week_of' : 'checklist.day_of', {
                  date: formatDate(data.period),
                })}
              </span>
              <Progress value={(done / data.items.length) * 100} aria-label={words} />
            </div>
            <ul className={classes.items}>
              {data.items.map((item) => (
                <Item key={item.key} item={item} list={list} />
              ))}
            </ul>
          </>
        )}
      </Columns>
    </Page>
  );
}

function itemName(key: string, t: Translate): string {
  const known = ITEMS.find((name) => name === key);
  return known ? t(`checklist.item.${known}`) : key;
}

/** What the hub counts, in words of the item. */
function counted({ key, count }: ChecklistItem, t: Translate): string {
  const known = COUNTED.find((name) => name === key);
  const figure = groupDigits(String(count ?? 0));
  return known ? t(`checklist.counted.${known}`, { figure }) : t('checklist.hub_sees', { figure });
}

function Item({ item, list }: { item: ChecklistItem; list: ListName }) {
  const t = useT();
  const navigate = useNavigate();
  const ticking = useAction(tickItem, { stale: [checklistKeys.all] });
  const name = itemName(item.key, t);
  const byHub = item.done && item.ticked === null;
  return (
    <li className={classes.item} data-done={item.done || undefined}>
      {item.by_hand && !byHub ? (
        <Checkbox
          size="md"
          aria-label={name}
          checked={item.done}
          disabled={ticking.isPending}
          onChange={(event) =>
            ticking.mutate(
              { list, item: item.key, done: event.currentTarget.checked },
              { onError: sayProblem },
            )
          }
        />
      ) : (
        <span
          className={classes.seen}
          role="img"
          aria-label={t(item.done ? 'checklist.done' : 'checklist.open')}
        >
          {item.done ? <IconCircleCheckFilled size={24} /> : <IconCircleDashed size={24} />}
        </span>
      )}
      <span className={classes.words}>
        <strong>{name}</strong>
        <span className="soft">
          {item.ticked ? (
            <>
              {item.ticked.by_name} · <When at={item.ticked.at} />
            </>
          ) : item.count === null ? (
            t('checklist.only_person')
          ) : (
            counted(item, t)
          )}
        </span>
      </span>
      <Button
        size="sm"
        variant={item.done ? 'subtle' : 'light'}
        aria-label={t('checklist.look_at', { name })}
        onClick={() => void navigate({ href: item.link })}
      >
        {t('checklist.look')}
      </Button>
    </li>
  );
}
