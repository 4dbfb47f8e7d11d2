import { catalogKeys } from '@/api/catalog';
import { deviceKeys } from '@/api/devices';
import { importKeys } from '@/api/imports';
import { officeKeys } from '@/api/office';
import { reportKeys } from '@/api/reports';
import { salesKeys } from '@/api/sales';
import { sessionKeys } from '@/api/session';
import { settingsKeys } from '@/api/settings';
import { shiftKeys } from '@/api/shifts';
import { stockKeys } from '@/api/stock';
import { tillKeys } from '@/api/till';

/** Which answers are out of date once a topic has moved. */
export function staleKeys(topic: string, payload?: unknown): readonly (readonly unknown[])[] {
  const [name, id = ''] = topic.split(':');
  switch (name) {
    case 'till':
      return [tillKeys.now];
    case 'cart':
      // A cart that is sold or emptied cannot be asked for any more.
      return isGone(payload) ? [tillKeys.now] : [tillKeys.cart(id)];
    case 'sales':
      return [salesKeys.all, reportKeys.home];
    case 'devices':
      return [deviceKeys.all, salesKeys.all];
    case 'stock':
      return [stockKeys.all, catalogKeys.all];
    case 'shift':
      return [shiftKeys.all, tillKeys.now];
    case 'import':
      return [importKeys.progress(id)];
    case 'office':
      return [officeKeys.all];
    case 'session':
      return [sessionKeys.session];
    case 'settings':
      return [settingsKeys.all, sessionKeys.session];
    case 'catalog':
      return [catalogKeys.all, tillKeys.all];
    case 'shifts':
      return [shiftKeys.all, reportKeys.home];
    default:
      return [];
  }
}

const isGone = (payload: unknown) => typeof payload === 'object' && payload !== null && 'gone' in payload;
