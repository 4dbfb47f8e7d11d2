// @vitest-environment happy-dom
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stage } from '@/testing/stage';
import { Chart } from './Chart';

// The drawing needs a browser that measures; what stands around it does not.
vi.mock('./ChartCanvas', () => ({
  ChartCanvas: ({ name }: { name: string }) => <div>{`drawn: ${name}`}</div>,
}));
afterEach(cleanup);

const POINTS = [
  { key: '2026-01-05', label: '05.01', name: '05.01.2026' },
  { key: '2026-01-06', label: '06.01', name: '06.01.2026' },
];
const chart = (values: (number | null)[], onPick = vi.fn()) =>
  stage(
    <Chart
      name="Sales"
      points={POINTS}
      series={[{ key: 'now', name: 'Now', kind: 'bar', values }]}
      say={(value) => `${value} KZT`}
      onPick={onPick}
      empty="Sales will stand here"
    />,
  );

describe('a chart', () => {
  it('has its figures as a table, one press away, and a row leads where the bar does', async () => {
    const onPick = vi.fn();
    await chart([120, null], onPick);
    await screen.findByText('drawn: Sales');
    await userEvent.click(screen.getByRole('button', { name: 'Show as a table' }));
    const row = screen.getByRole('row', { name: /05\.01\.2026/ });
    within(row).getByText('120 KZT');
    within(screen.getByRole('row', { name: /06\.01\.2026/ })).getByText('—');
    await userEvent.click(row);
    expect(onPick).toHaveBeenCalledWith(POINTS[0]);
  });

  it('without figures says what would fill it', async () => {
    await chart([0, null]);
    await screen.findByText('Sales will stand here');
    expect(screen.queryByRole('button')).toBeNull();
  });
});
