import type { JobState } from '@/api/types';
import type { LightColor } from './Light';

export const JOB_COLOR: Record<JobState, LightColor> = {
  queued: 'idle',
  sending: 'idle',
  printed: 'good',
  done: 'good',
  not_printed: 'bad',
  failed: 'bad',
  unknown: 'warn',
};
