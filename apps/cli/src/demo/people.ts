// Made-up people for the tour. Every personal string carries random digits, so that a search of the database's bytes
// finds it if it is there and nothing else by chance.

export type Random = () => number;

export interface Person {
  name: string;
  email: string;
  phone: string;
  card: string;
  ssn: string;
  street: string;
  medicalRecord: string;
  diagnosis: string;
  ip: string;
  /** A JSON number: a search by bytes cannot see it, a query can. */
  accountNumber: number;
}

const firstNames = ['Nora', 'Zoë', 'Ahmed', 'Mei', 'Søren', 'Lucía', 'Tomasz', 'Amara'];
const lastNames = ['Lindqvist', 'Okafor', 'Müller', 'Tanaka', 'Ørsted', 'García', 'Nowak', 'Haddad'];
const streets = ['Birch Lane', 'Rue de la Paix', 'Hauptstraße', 'Calle Mayor', 'Harbour Road'];
const conditions = ['asthma', 'migraine', 'diabetes type 2', 'hypertension'];

/** Makes a person. `random` gives numbers in [0, 1). */
export function createPerson(random: Random): Person {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string;
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
  const between = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const [first, last, mark] = [pick(firstNames), pick(lastNames), digits(8)];
  const ascii = `${first}.${last}`
    .normalize('NFD')
    .replaceAll(/[^A-Za-z.]/g, '')
    .toLowerCase();
  return {
    name: `${first} ${last} the ${mark}th`,
    email: `${ascii}.${mark}@example.com`,
    phone: `+1-${between(2, 9)}${between(0, 8)}${between(2, 9)}-${between(2, 9)}${between(2, 9)}${digits(1)}-${digits(4)}`,
    card: group(withLuhnDigit(`4${digits(14)}`)),
    ssn: `${between(100, 665)}-${between(10, 99)}-${between(1000, 9999)}`,
    street: `${digits(5)} ${pick(streets)}`,
    medicalRecord: `MRN-${digits(10)}`,
    diagnosis: `${pick(conditions)}, case ${digits(9)}`,
    ip: `${between(100, 126)}.${between(100, 255)}.${between(100, 255)}.${between(100, 254)}`,
    accountNumber: between(1_000_000_000, 8_999_999_999),
  };
}

function withLuhnDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits.at(-1 - i));
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits + String((10 - (sum % 10)) % 10);
}

function group(card: string): string {
  return (card.match(/.{4}/g) as string[]).join('-');
}
