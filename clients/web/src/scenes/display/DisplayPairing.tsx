import { Button, Stack, Text, Title } from '@mantine/core';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { displayKeys, pairDisplay } from '@/api/display';
import { useShortcuts } from '@/app/shortcuts';
import { Keypad } from '@/components/Keypad';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Display.module.css';

const DIGITS = 6;

/** A new screen: the six digits that the till's card shows. */
export function DisplayPairing() {
  const t = useT();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const pairing = useAction(pairDisplay, {
    onDone: (view) => {
      client.setQueryData(displayKeys.view, view);
      void client.invalidateQueries({ queryKey: displayKeys.view });
    },
  });
  const put = (next: string) => {
    const digits = next.slice(0, DIGITS);
    setCode(digits);
    if (digits.length === DIGITS) pairing.mutate(digits, { onError: () => setCode('') });
  };
  const add = (digit: string) => put(code + digit);
  const erase = () => setCode(code.slice(0, -1));
  useShortcuts({
    Backspace: erase,
    ...Object.fromEntries([...'0123456789'].map((digit) => [digit, () => add(digit)])),
  });
  return (
    <div className={classes.pairing}>
      <Stack align="center" maw={360} w="100%">
        <IconDeviceDesktop size={44} />
        <Title order={1} size="h2" ta="center">
          {t('display.pair_title')}
        </Title>
        <Text ta="center" className="soft">
          {t('display.pair_text')}
        </Text>
        <output className={classes.digits} aria-label={t('display.code')}>
          {code.padEnd(DIGITS, '·')}
        </output>
        <ProblemNote error={pairing.error} />
        <div className={classes.keys}>
          <Keypad onKey={add} onErase={erase} />
        </div>
        <Button
          size="lg"
          fullWidth
          loading={pairing.isPending}
          disabled={code.length < DIGITS}
          onClick={() => put(code)}
        >
          {t('display.pair')}
        </Button>
      </Stack>
    </div>
  );
}
