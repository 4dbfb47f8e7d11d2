import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { demoQuery } from '@/api/demo';
import { Spot } from '@/components/Light';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { formatPhone } from '@/lib/phone';
import classes from './Setup.module.css';

/** The demo store makes itself: how far it is, and who may sign in to it. */
export function DemoProgress() {
  const t = useT();
  const demo = useQuery(demoQuery);
  if (!demo.data || demo.data.state === 'none') return <ProblemNote error={demo.error} />;
  const { state, done, total, people, password, detail } = demo.data;
  return (
    <Stack gap="sm">
      {state === 'running' && (
        <div role="status">
          <Text fw={600}>{t('setup.demo_running', { done, total })}</Text>
          <Progress mt={6} value={total > 0 ? (done / total) * 100 : 0} animated />
          <Text mt={6} className="soft">
            {t('setup.demo_leave')}
          </Text>
        </div>
      )}
      {state === 'done' && <Spot color="good">{t('setup.demo_done')}</Spot>}
      {state === 'failed' && <Alert color="red">{detail}</Alert>}
      {people.length > 0 && (
        <details className={classes.people}>
          <summary>{t('setup.demo_people', { password })}</summary>
          <ul>
            {people.map((person) => (
              <li key={person.phone}>
                <span>{person.name}</span>
                <span className="num soft">{formatPhone(person.phone)}</span>
                <span className="num">PIN {person.pin}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Stack>
  );
}
