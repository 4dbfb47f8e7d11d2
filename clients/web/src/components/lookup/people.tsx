import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { customersQuery } from '@/api/parties';
import { usersQuery } from '@/api/staff';
import type { Customer, User } from '@/api/types';
import { useMay } from '@/app/identity';
import { useT } from '@/i18n';
import { formatPhone } from '@/lib/phone';
import { CustomerModal } from '@/scenes/customers/CustomerModal';
import { Lookup, type LookupProps } from './Lookup';

type Own = 'useFound' | 'itemKey' | 'itemName' | 'itemAside' | 'onCreate';
type Props<Item> = Omit<LookupProps<Item>, Own>;

const useCustomers = (q: string) => {
  const { data, isFetching, isSuccess } = useInfiniteQuery({
    ...customersQuery({ q }),
    enabled: q !== '',
  });
  return { items: data?.pages[0]?.items ?? [], isFetching, isSuccess };
};

/** A customer by name or telephone; one who is not there yet is made in the same place. */
export function CustomerLookup(
  props: Props<Customer> & { /** Looks for one that is there, and makes none. */ only?: boolean },
) {
  const { only, ...rest } = props;
  const may = useMay();
  const [made, setMade] = useState<string | null>(null);
  return (
    <>
      <Lookup
        {...rest}
        useFound={useCustomers}
        itemKey={(customer) => customer.id}
        itemName={(customer) => customer.name || formatPhone(customer.phone)}
        itemAside={(customer) => customer.phone && <span className="num">{formatPhone(customer.phone)}</span>}
        onCreate={!only && may('parties.edit') ? setMade : undefined}
      />
      {made !== null && (
        <CustomerModal customer={null} name={made} onSaved={props.onChoose} onClose={() => setMade(null)} />
      )}
    </>
  );
}

const useUsers = (q: string) => {
  const { data, isFetching, isSuccess } = useQuery(usersQuery);
  const wanted = q.toLowerCase();
  const items = (data ?? []).filter(
    (user) => user.active && `${user.name} ${user.phone}`.toLowerCase().includes(wanted),
  );
  return { items, isFetching, isSuccess };
};

/** One of those who work here. */
export function PersonLookup(props: Props<User>) {
  const t = useT();
  return (
    <Lookup
      none={t('user.none')}
      {...props}
      useFound={useUsers}
      itemKey={(user) => user.id}
      itemName={(user) => user.name}
      itemAside={(user) => <span className="num">{formatPhone(user.phone)}</span>}
    />
  );
}
