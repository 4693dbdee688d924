// The jobs of the tour: the payment, health and export examples, personal data in free text, and in nested arrays.
import { definePolicy, type JsonValue, type PolicyOptions } from '@hammerwork/payload-protection';
import { type AnyJobType, defineJobType } from '@hammerwork/queue';
import { deleteAfter, deleteImmediately, type RetentionPolicy } from '@hammerwork/retention';
import type { Person } from './people.ts';

/** One kind of job in the tour. */
export interface Kind {
  readonly type: AnyJobType;
  readonly payload: (person: Person, index: number) => JsonValue;
}

interface KindOptions {
  readonly kind: string;
  readonly policy: PolicyOptions;
  readonly retention: RetentionPolicy;
  readonly payload: Kind['payload'];
}

const kinds: readonly KindOptions[] = [
  {
    kind: 'payment_processing',
    policy: { autoDetect: true, piiFields: ['cardholder_name'] },
    retention: deleteAfter({ days: 365 }),
    payload: (person, index) => ({
      user_id: `user${index}`,
      cardholder_name: person.name,
      credit_card: person.card,
      ssn: person.ssn,
      email: person.email,
      client_ip: person.ip,
      amount: 99.99 + index,
      timestamp: '2024-01-01T00:00:00Z',
    }),
  },
  {
    kind: 'patient_record_processing',
    policy: { piiFields: ['medical_record', 'patient_info'] },
    retention: deleteAfter({ days: 6 * 365 }),
    payload: (person) => ({
      medical_record: person.medicalRecord,
      patient_info: { name: person.name, address: person.street, diagnosis: person.diagnosis, phone: person.phone },
      ward: 'B2',
    }),
  },
  {
    kind: 'user_data_export',
    policy: { piiFields: ['personal_data', 'preferences'] },
    retention: deleteImmediately(),
    payload: (person) => ({
      personal_data: { full_name: person.name, mail: person.email, address: person.street },
      preferences: { newsletter: true, contact: person.phone },
      format: 'json',
    }),
  },
  {
    kind: 'support_note',
    policy: { autoDetect: true },
    retention: deleteAfter({ days: 90 }),
    payload: (person, index) => ({
      ticket: index,
      note: `Customer ${person.name} (${person.email}) asks why card ${person.card} was declined; call ${person.phone}.`,
    }),
  },
  {
    kind: 'payout',
    policy: { autoDetect: true, piiFields: ['recipients.*.name', '**.account_number'] },
    retention: deleteAfter({ days: 7 * 365 }),
    payload: (person, index) => ({
      batch: index,
      recipients: [
        {
          name: person.name,
          account_number: person.accountNumber,
          contacts: [{ phone: person.phone }, { email: person.email }],
        },
      ],
    }),
  },
];

/** The kinds of the tour; without `sealing` none has a policy, to show that the search finds what is in clear. */
export function createWorkload(options: { queueName: string; keyId: string; sealing: boolean }): Kind[] {
  return kinds.map(({ kind, policy, retention, payload }) => ({
    payload,
    type: defineJobType({
      kind,
      queueName: options.queueName,
      retention,
      maxAttempts: 1,
      policy: options.sealing ? definePolicy({ ...policy, keyId: options.keyId }) : 'none',
    }),
  }));
}

/** The strings and numbers of `person` that stand somewhere in `payload`. */
export function personalValuesIn(payload: JsonValue, person: Person): { strings: string[]; numbers: number[] } {
  const text = JSON.stringify(payload);
  const values = Object.values(person) as (string | number)[];
  return {
    strings: values
      .filter((value) => typeof value === 'string')
      .filter((value) => text.includes(JSON.stringify(value).slice(1, -1))),
    numbers: values.filter((value) => typeof value === 'number').filter((value) => text.includes(`${value}`)),
  };
}
