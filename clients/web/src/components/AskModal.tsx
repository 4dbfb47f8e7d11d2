import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useQuestion } from '@/app/questions';
import { useT } from '@/i18n';
import { ProblemNote } from './ProblemNote';

/** Asks before something that matters, with a reason where the trail wants one. */
export function AskModal(props: {
  title: string;
  text?: ReactNode;
  confirm: string;
  danger?: boolean;
  reason?: string;
  /** What cannot be taken back: the person writes this name to show that it is meant. */
  name?: string;
  /** A reason chosen beforehand. */
  given?: string;
  opened: boolean;
  busy: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: (reason: string) => void;
}) {
  const t = useT();
  useQuestion(props.opened);
  const [reason, setReason] = useState(props.given ?? '');
  const [written, setWritten] = useState('');
  const same = (name: string) => written.trim().toLowerCase() === name.trim().toLowerCase();
  const ready = (!props.reason || reason.trim() !== '') && (!props.name || same(props.name));
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) props.onConfirm(reason.trim());
        }}
      >
        <Stack>
          {props.text && <Text component="div">{props.text}</Text>}
          {props.reason && (
            <TextInput
              data-autofocus
              label={props.reason}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              required
            />
          )}
          {props.name && (
            <TextInput
              data-autofocus={!props.reason || undefined}
              autoComplete="off"
              label={t('common.write_name', { name: props.name })}
              value={written}
              onChange={(event) => setWritten(event.currentTarget.value)}
            />
          )}
          <ProblemNote error={props.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('common.cancel')}
            </Button>
            <Button
              type="submit"
              color={props.danger ? 'red' : undefined}
              loading={props.busy}
              disabled={!ready}
            >
              {props.confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
