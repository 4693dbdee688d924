// What is scanned: a megabyte of orders as shops have them, of which one value in twenty is personal, and a payload with
// nothing in it. Drawn from a seed: the same in every run.

/** Numbers from 0 to 1, always the same ones (a linear congruential generator). */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const words =
  'the quick brown fox jumps over lazy dog order shipped customer asked about invoice payment delayed until next week please thanks regards team warehouse update status pending review'.split(
    ' ',
  );

function maker(seed: number) {
  const draw = draws(seed);
  const below = (n: number) => Math.floor(draw() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const hex = (length: number) => Array.from({ length }, () => '0123456789abcdef'[below(16)]).join('');
  const text = (count: number) => Array.from({ length: count }, () => pick(words)).join(' ');
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  return { below, pick, hex, text, uuid };
}

function order(i: number, { below, pick, hex, text, uuid }: ReturnType<typeof maker>): object {
  return {
    id: uuid(),
    order_id: 100_000 + i,
    created_at: new Date(1_700_000_000_000 + i * 1000).toISOString(),
    ts: 1_700_000_000_000 + i,
    amount: below(100_000) / 100,
    currency: 'EUR',
    status: pick(['paid', 'open', 'void']),
    tags: [text(1), text(1)],
    customer: {
      name: 'Ann Smith',
      email: i % 3 ? `ann.smith${i}@example.com` : null,
      ...(i % 4 ? {} : { phone: `+1 415 555 ${1000 + below(9000)}` }),
      vip: below(10) === 0,
    },
    items: Array.from({ length: 1 + below(3) }, () => ({
      sku: `SKU-${hex(8).toUpperCase()}`,
      qty: below(5),
      price: below(9999) / 100,
      title: text(4),
    })),
    note: text(12),
    ...(i % 5 ? {} : { ip: `203.0.113.${below(255)}` }),
    url: `https://shop.example/orders/${i}?ref=${hex(6)}`,
    version: `1.${below(20)}.${below(9)}`,
    etag: hex(32),
  };
}

/** Orders that are `bytes` long as JSON, or a little more. */
export function mixedPayloads(bytes: number): object[] {
  const make = maker(7);
  const orders: object[] = [];
  for (let size = 0, i = 0; size < bytes; i++) {
    orders.push(order(i, make));
    size += JSON.stringify(orders[i]).length + 1;
  }
  return orders;
}

/** A job of ten fields and about a kilobyte with nothing personal in it. */
export function cleanPayload(): object {
  const { text, uuid } = maker(11);
  return {
    id: uuid(),
    type: 'report',
    queue: 'reports',
    attempt: 2,
    priority: 5,
    created_at: '2024-01-01T00:00:00Z',
    amount: 99.95,
    note: text(60),
    tags: ['a', 'b'],
    description: text(72),
  };
}
