import { Button, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '@/api/action';
import { enterPin, peopleQuery, signOut } from '@/api/session';
import type { Session } from '@/api/types';
import { useCoverKeys } from '@/app/cover';
import { forgetLastKnown } from '@/app/lastKnown';
import { sayProblem } from '@/app/toasts';
import { Keypad } from '@/components/Keypad';
import { ProblemNote } from '@/components/ProblemNote';
import { useLanguage, useT } from '@/i18n';
import { WedgeReader } from '@/lib/wedge';
import classes from './SignIn.module.css';

const PIN_LENGTH_MIN = 4;
const PIN_LENGTH_MAX = 6;
type Person = { id: string; name: string };

/** Enter on a button is that button's. */
const isButton = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('button:focus-visible');

/** The locked device: one's own PIN, or another person's, and the page below stays as it was. */
export function LockScreen(props: { person?: Person; onEnter: (session: Session) => void }) {
  const t = useT();
  const client = useQueryClient();
  const [person, setPerson] = useState<Person | null>(props.person ?? null);
  const leaving = useAction(signOut, {
    onDone: () => {
      client.clear();
      void forgetLastKnown().finally(() => window.location.assign('/'));
    },
  });
  const cover = useRef<HTMLDivElement>(null);
  useEffect(() => cover.current?.focus(), []);
  return (
    <div ref={cover} className={classes.cover} role="dialog" aria-label={t('lock.title')} tabIndex={-1}>
      <div className={classes.card}>
        <Stack>
          <Stack gap={4} align="center">
            <IconLock size={28} />
            <Title order={1} size="h3">
              {person ? person.name : t('lock.who')}
            </Title>
          </Stack>
          {person ? (
            <PinEntry key={person.id} person={person} onEnter={props.onEnter} />
          ) : (
            <People onChoose={setPerson} />
          )}
          <Button
            variant="subtle"
            onClick={() => (person ? setPerson(null) : leaving.mutate(null, { onError: sayProblem }))}
          >
            {person ? t('lock.other') : t('lock.with_password')}
          </Button>
        </Stack>
      </div>
    </div>
  );
}

function People({ onChoose }: { onChoose: (person: Person) => void }) {
  const language = useLanguage();
  const people = useQuery(peopleQuery);
  return (
    <>
      <ProblemNote error={people.error} retry={() => void people.refetch()} />
      <div className={classes.people}>
        {people.data?.map((person) => (
          <button key={person.id} type="button" className={classes.person} onClick={() => onChoose(person)}>
            <Text fw={600}>{person.name}</Text>
            <Text size="sm" className="soft">
              {person.role_names.map((name) => name[language]).join(', ')}
            </Text>
          </button>
        ))}
      </div>
    </>
  );
}

function PinEntry({ person, onEnter }: { person: Person; onEnter: (session: Session) => void }) {
  const t = useT();
  const [pin, setPin] = useState('');
  const entering = useAction(enterPin, { onDone: onEnter });
  const submit = () =>
    pin.length >= PIN_LENGTH_MIN &&
    entering.mutate({ user_id: person.id, pin }, { onError: () => setPin('') });
  const add = (digit: string) => setPin((before) => (before + digit).slice(0, PIN_LENGTH_MAX));
  const erase = () => setPin((before) => before.slice(0, -1));

  const scanner = useRef(new WedgeReader());
  useCoverKeys((event) => {
    const code = scanner.current.take({ code: event.code, shift: event.shiftKey, atMs: event.timeStamp });
    // A goods' code is no PIN: nobody is to be locked out because a scanner was lying on the counter.
    if (code !== null) setPin('');
    else if (/^\d$/.test(event.key)) add(event.key);
    else if (event.key === 'Backspace') erase();
    else if (event.key === 'Enter' && !isButton(event.target)) submit();
    else return;
    event.preventDefault();
  });

  return (
    <Stack>
      <div className={classes.dots} role="status" aria-label={t('lock.digits', { count: pin.length })}>
        {Array.from({ length: Math.max(PIN_LENGTH_MIN, pin.length) }, (_, index) => (
          <i key={index} data-full={index < pin.length || undefined} />
        ))}
      </div>
      <ProblemNote error={entering.error} />
      <Keypad onKey={add} onErase={erase} />
      <Button size="lg" onClick={submit} loading={entering.isPending} disabled={pin.length < PIN_LENGTH_MIN}>
        {t('lock.unlock')}
      </Button>
    </Stack>
  );
}
