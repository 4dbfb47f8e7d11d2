import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconAlertTriangle, IconDeviceFloppy, IconHistory } from '@tabler/icons-react';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useScreenActions } from '@/app/actions/screen';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Form.module.css';
import { LeaveModal } from './LeaveModal';

/** What the frame of a form needs of it, whatever its fields are. */
export type AnyForm = {
  element: React.RefObject<HTMLFormElement | null>;
  dirty: boolean;
  readOnly: boolean;
  restored: boolean;
  homeless: boolean;
  unseen: string[];
  error: unknown;
  saving: { isPending: boolean };
  submit: () => void;
  reset: () => void;
  forget: () => void;
  loses: () => boolean;
  losesSecrets: () => boolean;
};

export type FormProps = {
  form: AnyForm;
  /** The one primary button. */
  submit?: string;
  /** A new card: its button is there before anything was typed. */
  isNew?: boolean;
  /** Stands at the lower edge of a long page, and only while there is something to save. */
  bar?: boolean;
  /** At the till: the button is as wide as the form. */
  wide?: boolean;
  /** Beside the button: what else can be done with the card. */
  beside?: ReactNode;
  children: ReactNode;
};

/** The frame of every form: its fields, what is wrong, one primary button, and the question before it is left. */
export function Form(props: FormProps) {
  const t = useT();
  const { form, isNew = false } = props;
  useScreenActions(
    form.readOnly || !(form.dirty || isNew)
      ? []
      : [{ id: 'save', name: 'common.save', icon: IconDeviceFloppy, shortcut: 'Ctrl+S', run: form.submit }],
    form.element,
  );
  const leaving = useBlocker({
    shouldBlockFn: () => form.loses(),
    // What is not secret is kept through a reload: only passwords would be lost.
    enableBeforeUnload: () => form.losesSecrets(),
    withResolver: true,
  });
  const size = props.wide ? 'xl' : props.bar ? 'lg' : 'md';
  const save = (
    <Button type="submit" size={size} fullWidth={props.wide} loading={form.saving.isPending}>
      {props.submit ?? t('common.save')}
    </Button>
  );
  const back = form.dirty && !isNew && (
    <Button variant="default" size={size} onClick={form.reset}>
      {t('common.undo')}
    </Button>
  );
  return (
    <form
      ref={form.element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        // A form may stand in a dialog of another: what is pressed here is meant for this one.
        event.stopPropagation();
        form.submit();
      }}
    >
      <Stack>
        {form.restored && (
          <Alert variant="light" icon={<IconHistory size={20} />} role="status" title={t('form.restored')}>
            <Group justify="space-between">
              <span>{t('form.restored_text')}</span>
              <Button variant="subtle" size="sm" onClick={form.reset}>
                {t('form.as_saved')}
              </Button>
            </Group>
          </Alert>
        )}
        {props.children}
        {form.unseen.length > 0 && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle size={20} />} role="alert">
            {form.unseen.join(' ')}
          </Alert>
        )}
        {form.homeless && <ProblemNote error={form.error} />}
        {!form.readOnly && props.wide && save}
        {!form.readOnly && !props.bar && !props.wide && (
          <Group justify="space-between" wrap="wrap-reverse">
            <span>{props.beside}</span>
            <Group ms="auto">
              {back}
              {save}
            </Group>
          </Group>
        )}
        {!form.readOnly && props.bar && (form.dirty || isNew) && (
          <div className={classes.bar}>
            {props.beside}
            {back}
            {save}
          </div>
        )}
      </Stack>
      {leaving.status === 'blocked' && (
        <LeaveModal
          onStay={leaving.reset}
          onLeave={() => {
            form.forget();
            leaving.proceed();
          }}
        />
      )}
    </form>
  );
}
