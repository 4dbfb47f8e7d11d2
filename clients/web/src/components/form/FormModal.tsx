import { Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useQuestion } from '@/app/questions';
import { type AnyForm, Form, type FormProps } from './Form';
import { LeaveModal } from './LeaveModal';

/** A form in a dialog. Closing it with something typed asks first. */
export function FormModal(
  props: FormProps & {
    title: ReactNode;
    size?: string | number;
    onClose: () => void;
    /** Further dialogs of the card, outside of the form. */
    after?: ReactNode;
  },
) {
  const { form, onClose } = props;
  useQuestion();
  const [asking, setAsking] = useState(false);
  const leave = () => {
    form.forget();
    onClose();
  };
  const close = () => (mayClose(form) ? leave() : setAsking(true));
  return (
    <Modal opened onClose={close} title={props.title} size={props.size}>
      <Form {...props}>{props.children}</Form>
      {props.after}
      {asking && <LeaveModal onStay={() => setAsking(false)} onLeave={leave} />}
    </Modal>
  );
}

const mayClose = (form: AnyForm) => form.readOnly || !form.loses();
