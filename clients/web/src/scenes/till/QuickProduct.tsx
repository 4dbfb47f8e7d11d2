import { Button, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { catalogKeys, saveProduct } from '@/api/catalog';
import { fieldProblem } from '@/api/problem';
import type { Product, Unit } from '@/api/types';
import { useCurrency } from '@/app/identity';
import { useQuestion } from '@/app/questions';
import { ProblemNote } from '@/components/ProblemNote';
import { SumInput } from '@/components/SumInput';
import { useT } from '@/i18n';
import { money, parseAmount } from '@/lib/money';

const UNITS_AT_TILL: Unit[] = ['pcs', 'kg', 'pack', 'l'];

/** A good that nobody has entered yet, made without leaving the till: name and price, the rest later. */
export function QuickProduct(props: {
  barcode: string;
  onClose: () => void;
  onMade: (product: Product) => void;
}) {
  const t = useT();
  useQuestion();
  const currency = useCurrency();
  const [name, setName] = useState('');
  const [price, setPrice] = useState('');
  const [unit, setUnit] = useState<Unit>('pcs');
  const making = useAction(saveProduct, { stale: [catalogKeys.all], onDone: props.onMade });
  const amount = parseAmount(price, currency);

  return (
    <Modal opened onClose={props.onClose} title={t('till.create_product')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (amount === null) return;
          making.mutate({
            kind: 'product',
            name: name.trim(),
            sku: '',
            barcodes: [props.barcode],
            category_id: null,
            brand: '',
            unit,
            price: money(amount, currency),
            vat_rate_id: null,
            gtin: null,
            ntin: null,
            photo_hashes: [],
            description: '',
            minimum: null,
            available: true,
          });
        }}
      >
        <Stack>
          <TextInput label={t('product.barcode')} value={props.barcode} readOnly />
          <TextInput
            data-autofocus
            label={t('product.name')}
            value={name}
            error={fieldProblem(making.error, 'name')}
            onChange={(event) => setName(event.currentTarget.value)}
            required
          />
          <SumInput
            label={t('product.price')}
            currency={currency}
            value={price}
            onText={setPrice}
            error={price !== '' && amount === null && t('problem.not_a_sum')}
            required
          />
          <Select
            label={t('product.unit')}
            data={UNITS_AT_TILL.map((value) => ({ value, label: t(`unit.${value}`) }))}
            value={unit}
            allowDeselect={false}
            onChange={(value) => value && setUnit(value as Unit)}
          />
          <ProblemNote error={making.error} />
          <Button
            type="submit"
            size="lg"
            loading={making.isPending}
            disabled={amount === null || name.trim() === ''}
          >
            {t('till.create_and_add')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
