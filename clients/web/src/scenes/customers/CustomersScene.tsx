import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { customersQuery } from '@/api/parties';
import type { Customer } from '@/api/types';
import { ActionButton } from '@/app/actions/ActionButton';
import { useMay } from '@/app/identity';
import { useEdited } from '@/app/making';
import { Empty } from '@/components/Empty';
import { Page } from '@/components/Page';
import { SearchInput } from '@/components/SearchInput';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { pagedRows } from '@/components/table/rows';
import { useT } from '@/i18n';
import { formatPhone } from '@/lib/phone';
import { CustomerModal } from './CustomerModal';

export function CustomersScene() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const filter = useSearch({ from: '/framed/customers' });
  const asked = customersQuery({ q: filter.q });
  const list = useInfiniteQuery(asked);
  const [edited, setEdited] = useEdited<Customer>();
  const columns: Column<Customer>[] = [
    { key: 'name', header: t('customer.name'), cell: (row) => row.name, phone: 'title' },
    {
      key: 'phone',
      header: t('customer.phone'),
      cell: (row) => <span className="num">{row.phone ? formatPhone(row.phone) : '—'}</span>,
    },
    { key: 'note', header: t('customer.note'), cell: (row) => row.note || '—' },
  ];
  return (
    <Page title={t('menu.customers')} actions={<ActionButton action="customer.new" />}>
      <DataTable
        name="customers"
        columns={columns}
        list={pagedRows(list, asked)}
        rowKey={(row) => row.id}
        onOpen={may('parties.edit') ? setEdited : undefined}
        toolbar={
          <SearchInput
            value={filter.q ?? ''}
            placeholder={t('customer.find')}
            onChange={(q) =>
              void navigate({ to: '/customers', search: { q: q || undefined }, replace: true })
            }
          />
        }
        empty={<Empty title={t('customer.none')} text={t('customer.none_text')} />}
      />
      {edited && (
        <CustomerModal customer={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}
