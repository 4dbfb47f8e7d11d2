import { expect, it } from 'vitest';
import { unbroken } from './names';

it.each([
  ['Молоко 3,2 % 1 л', 'Молоко 3,2\u00a0% 1\u00a0л'],
  ['Батарейки АА 4 шт.', 'Батарейки АА 4\u00a0шт.'],
  ['Масло 500 мл, стекло', 'Масло 500\u00a0мл, стекло'],
  ['Пакеты 35 л 20 шт', 'Пакеты 35\u00a0л 20\u00a0шт'],
  ['Чай 100 пакетиков', 'Чай 100 пакетиков'],
  ['Кола 0,5 л', 'Кола 0,5\u00a0л'],
  ['7 дней 2 кг5', '7 дней 2 кг5'],
])('%s breaks nowhere between a figure and its unit', (name, shown) => {
  expect(unbroken(name)).toBe(shown);
});
