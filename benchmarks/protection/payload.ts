// The job of the source document's benchmark: 1 KB of JSON, two personal fields.
export interface Order {
  order_id: string;
  credit_card: string;
  customer: { id: string; email: string; plan: string; since: string };
  amount: number;
  currency: string;
  items: { sku: string; title: string; quantity: number; price: number }[];
  shipping: { country: string; method: string; express: boolean };
  tags: string[];
  description: string;
}

export const payloadBytes = 1024;
export const piiFields = ['credit_card', 'customer.email'] as const;

const filler = 'Deliver between nine and noon, ring twice, leave at the back door when nobody answers. ';

/** Exactly 1,024 bytes as JSON without white space. */
export function orderPayload(): Order {
  const order: Order = {
    order_id: 'ord_01JD8Q5Z7X',
    credit_card: '4111 1111 1111 1111',
    customer: { id: 'cus_8213', email: 'anna.schmidt@example.com', plan: 'gold', since: '2021-03-04' },
    amount: 184.35,
    currency: 'EUR',
    items: [
      { sku: 'LMP-204', title: 'Desk lamp, brass', quantity: 1, price: 89.9 },
      { sku: 'BLB-E27', title: 'Bulb E27, warm', quantity: 4, price: 7.45 },
      { sku: 'CBL-300', title: 'Cable, 3 m, black', quantity: 2, price: 12.5 },
    ],
    shipping: { country: 'DE', method: 'parcel', express: false },
    tags: ['web', 'returning', 'invoice'],
    description: '',
  };
  const missing = payloadBytes - JSON.stringify(order).length;
  // Parsed, as a program gets it from a request.
  return JSON.parse(JSON.stringify({ ...order, description: filler.repeat(9).slice(0, missing) })) as Order;
}
