import { Button, Checkbox, Group, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ApiError, HubSilent } from '@/api/problem';
import { sayDone, sayWrong } from '@/app/toasts';
import { AskModal } from '@/components/AskModal';
import { Change } from '@/components/Change';
import { Chart } from '@/components/chart/Chart';
import { DateField } from '@/components/DateField';
import { Empty } from '@/components/Empty';
import { Facts } from '@/components/Facts';
import { Quantity, Sum } from '@/components/Figures';
import { Form } from '@/components/form/Form';
import { useForm } from '@/components/form/useForm';
import { Keypad } from '@/components/Keypad';
import { Spot } from '@/components/Light';
import { Lookup } from '@/components/lookup/Lookup';
import { Card, Page } from '@/components/Page';
import { Person } from '@/components/Person';
import { ProblemNote } from '@/components/ProblemNote';
import { ProductName } from '@/components/ProductName';
import { SumInput } from '@/components/SumInput';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { givenRows, type Rows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import classes from './Parts.module.css';
import { KAZAKH_LETTERS, LONG_WORD, type SampleRow, samplePoints, sampleRows } from './samples';

const ROWS = sampleRows(12);
const problem = (status: number) =>
  new ApiError({ title: LONG_WORD, detail: `${LONG_WORD}.`, code: 'sample.code', status });
const listOf = (change: Partial<Rows<SampleRow>>): Rows<SampleRow> => ({
  ...givenRows<SampleRow>([]),
  ...change,
});

/** Every part of the design in every state, to be looked at and photographed; not in the menu. */
export function PartsScene() {
  const { rows } = useSearch({ from: '/framed/dev/parts' });
  if (rows) return <ManyRows count={rows} />;
  return (
    <Page title="Parts">
      <div className={classes.parts}>
        <Figures />
        <Fields />
        <Dialogs />
        <Charts />
        <Tables />
        <States />
      </div>
    </Page>
  );
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div data-part={name} className={classes.part}>
      <Card title={name}>{children}</Card>
    </div>
  );
}

function Figures() {
  return (
    <Part name="figures">
      <p>{KAZAKH_LETTERS} 0123456789 ₸ № «» —</p>
      <Facts
        rows={[
          ['Sum', <Sum key="a" of={{ amount: '1234567.50', currency: 'KZT' }} />],
          ['Sum', <Sum key="b" of={{ amount: '-12450.00', currency: 'KZT' }} />],
          ['Quantity', <Quantity key="c" of="0.345" unit="kg" />],
          ['When', <When key="d" at="2026-01-05T06:07:00Z" />],
          [LONG_WORD, LONG_WORD],
        ]}
      />
      <Group>
        {(['good', 'warn', 'bad', 'idle'] as const).map((color) => (
          <Spot key={color} color={color}>
            {color}
          </Spot>
        ))}
        <Change percent={12} />
        <Change percent={-7} />
        <Change percent={null} />
      </Group>
      <Person name={`${LONG_WORD.slice(0, 8)} ${LONG_WORD.slice(0, 5)}`} />
      <ProductName name={LONG_WORD} aside="A-0042" />
      <div className={classes.narrow}>
        <Button fullWidth>{LONG_WORD}</Button>
      </div>
      <Keypad onKey={() => undefined} onErase={() => undefined} left="," />
    </Part>
  );
}

function Fields() {
  const t = useT();
  const [date, setDate] = useState<string | null>('2026-01-05');
  const form = useForm({
    place: 'parts',
    initial: { name: '', sum: '1250', note: LONG_WORD },
    check: (draft) => ({ name: draft.name === '' ? t('form.needed') : undefined }),
    read: (draft) => draft,
    save: async (draft) => draft,
  });
  return (
    <Part name="form">
      <Form form={form} isNew>
        <TextInput label="Name" required {...form.text('name')} />
        <SumInput
          label="Sum"
          currency="KZT"
          {...form.field('sum')}
          value={form.draft.sum}
          onText={(sum) => form.set('sum', sum)}
        />
        <TextInput label={LONG_WORD} description={LONG_WORD} {...form.text('note')} error={LONG_WORD} />
        <DateField label="Date" date={date} onDate={setDate} />
        <NativeSelect label="Choice" data={['A', 'B']} />
        <Lookup
          label="Lookup"
          useFound={(q) => ({
            items: ROWS.filter((row) => row.name.toLowerCase().includes(q.toLowerCase())),
            isFetching: false,
            isSuccess: true,
          })}
          itemKey={(row) => row.id}
          itemName={(row) => row.name}
          itemAside={(row) => <Quantity of={row.quantity} />}
          onChoose={(row) => sayDone(row.name)}
          onCreate={(text) => sayDone(text)}
        />
        <Group>
          <Checkbox label="Checkbox" defaultChecked />
          <Switch label="Switch" defaultChecked />
          <Button disabled>Disabled</Button>
          <Button loading>Loading</Button>
        </Group>
      </Form>
    </Part>
  );
}

function Dialogs() {
  const t = useT();
  const [asking, setAsking] = useState<'reason' | 'name' | null>(null);
  return (
    <Part name="dialogs">
      <Group>
        <Button variant="default" onClick={() => setAsking('reason')}>
          Reason
        </Button>
        <Button variant="default" onClick={() => setAsking('name')}>
          Name
        </Button>
        <Button
          variant="default"
          onClick={() => sayDone(LONG_WORD, { label: t('common.take_back'), run: () => undefined })}
        >
          Undo
        </Button>
        <Button variant="default" onClick={() => sayWrong(LONG_WORD)}>
          Wrong
        </Button>
      </Group>
      {asking && (
        <AskModal
          opened
          title={LONG_WORD}
          text={`${LONG_WORD} ${LONG_WORD}`}
          confirm={t('common.confirm')}
          danger={asking === 'name'}
          reason={asking === 'reason' ? t('common.reason') : undefined}
          name={asking === 'name' ? 'Latte' : undefined}
          busy={false}
          onClose={() => setAsking(null)}
          onConfirm={() => setAsking(null)}
        />
      )}
    </Part>
  );
}

function Charts() {
  const say = (value: number) => `${value} ₸`;
  return (
    <Part name="charts">
      <Chart
        name="Two series"
        points={samplePoints}
        series={[
          { key: 'a', name: 'This', kind: 'bar', values: [3, 5, 4, 6, 7, 5, 8, 9, 6, 7] },
          { key: 'b', name: 'Before', kind: 'line', values: [2, 4, 5, 5, 6, 6, 6, 7, 7, null] },
        ]}
        say={say}
        empty={null}
      />
      <Chart name="Empty" points={samplePoints} series={[]} say={say} empty={LONG_WORD} />
    </Part>
  );
}

function useSampleColumns(): Column<SampleRow>[] {
  return [
    {
      key: 'name',
      header: 'Name',
      cell: (row) => row.name,
      value: (row) => row.name,
      phone: 'title',
      wrap: true,
      total: 'Total',
    },
    { key: 'at', header: 'When', cell: (row) => <When at={row.at} />, value: (row) => row.at },
    { key: 'state', header: 'State', cell: (row) => <Spot color={row.state}>{row.state}</Spot> },
    {
      key: 'quantity',
      header: 'Quantity',
      align: 'right',
      cell: (row) => <Quantity of={row.quantity} />,
      value: (row) => Number(row.quantity),
    },
    {
      key: 'sum',
      header: 'Sum',
      align: 'right',
      phone: 'side',
      cell: (row) => <Sum of={row.sum} />,
      value: (row) => Number(row.sum.amount),
      total: <Sum of={{ amount: '97110.00', currency: 'KZT' }} />,
    },
  ];
}

function Tables() {
  const columns = useSampleColumns();
  const shared = { inside: true, columns, rowKey: (row: SampleRow) => row.id };
  return (
    <>
      <Part name="table">
        <DataTable
          {...shared}
          name="parts"
          list={givenRows(ROWS)}
          onOpen={(row) => sayDone(row.name)}
          mark={(row) => (row.state === 'bad' ? 'bad' : row.state === 'idle' ? 'soft' : undefined)}
          bulk={[
            {
              key: 'archive',
              label: 'Archive',
              icon: IconArchive,
              each: async () => undefined,
              done: (rows) => sayDone(String(rows.length)),
            },
          ]}
          empty={null}
        />
      </Part>
      <Part name="table-empty">
        <DataTable
          {...shared}
          name="parts-empty"
          list={listOf({})}
          empty={
            <Empty title={LONG_WORD} text={`${LONG_WORD} ${LONG_WORD}`}>
              <Button>{LONG_WORD}</Button>
            </Empty>
          }
        />
      </Part>
      <Part name="table-error">
        <DataTable
          {...shared}
          name="parts-error"
          list={listOf({ error: new HubSilent(null) })}
          empty={null}
        />
      </Part>
      <Part name="table-no-right">
        <DataTable {...shared} name="parts-denied" list={listOf({ error: problem(403) })} empty={null} />
      </Part>
    </>
  );
}

function States() {
  return (
    <Part name="states">
      <Stack>
        <ProblemNote error={problem(409)} retry={() => undefined} />
        <ProblemNote error={new HubSilent(null)} />
        <Empty title="Empty" text={LONG_WORD} />
      </Stack>
    </Part>
  );
}

/** As many rows as are asked for: how smooth a long table is. */
function ManyRows({ count }: { count: number }) {
  const columns = useSampleColumns();
  const [rows] = useState(() => sampleRows(count));
  return (
    <Page title="Rows">
      <DataTable
        name="parts-many"
        columns={columns}
        list={givenRows(rows)}
        rowKey={(row) => row.id}
        onOpen={(row) => sayDone(row.name)}
        empty={null}
      />
    </Page>
  );
}
