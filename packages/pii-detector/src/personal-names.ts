// Names of people, postal addresses and dates of birth: what only its field gives away, with the shape that its values have.
import { CARD_PARENTS } from './card.ts';
import { isDate } from './date.ts';
import type { KindDetector } from './kind-detector.ts';
import { isPlaceholder, isRemark } from './placeholder.ts';
import { countUnits, unitAt } from './units.ts';

/** The form of a company behind its name. */
const COMPANY = /[\s,](?:inc|llc|ltd|limited|gmbh|corp|corporation|plc|kg|s\.a|b\.v|s\.r\.l|o\.o)\.?$/i;

function isPersonName(value: string, numeric: boolean): number {
  if (numeric || value.length > 120 || isPlaceholder(value) || isRemark(value) || COMPANY.test(value)) return 0;
  const { digits, letters, others } = countUnits(value);
  return letters > 0 && digits <= 2 && others <= letters + 1 && !value.includes('/') ? 0.8 : 0;
}

/** A street, a town, a box: words, or a number and words; not a host, a wallet or a place in memory. */
function isAddress(value: string, numeric: boolean): number {
  if (numeric || value.length > 500 || value.length < 3 || isPlaceholder(value) || isRemark(value)) return 0;
  if (/@|:\/\/|^0x/.test(value)) return 0;
  const { letters } = countUnits(value);
  const parted = /[ \n,]/.test(value) || letters === value.length || isCjk(value);
  return letters >= 2 && parted ? 0.85 : 0;
}

/** `address` alone is also a host, a contract or a register: it wants words and a number or a comma. */
function isPlainAddress(value: string, numeric: boolean): number {
  if (isAddress(value, numeric) === 0 || !value.trim().includes(' ')) {
    return value.length >= 6 && isCjk(value) ? 0.8 : 0;
  }
  const { digits } = countUnits(value);
  return digits > 0 || value.includes(',') ? 0.85 : 0.5;
}

function isCjk(value: string): boolean {
  return unitAt(value, 0) >= 0x2e80;
}

function isPostalCode(value: string): number {
  const { digits, letters, others } = countUnits(value);
  return digits >= 3 - Math.min(letters, 1) &&
    digits + letters >= 3 &&
    digits + letters <= 9 &&
    others <= 1 &&
    !value.includes('.')
    ? 0.8
    : 0;
}

function isBirthDate(value: string, numeric: boolean): number {
  if (numeric) return value.length >= 4 ? 0.85 : 0;
  return isDate(value) ? 0.95 : 0;
}

const NAMED_PEOPLE =
  'passenger applicant sender spouse teacher doctor student contact customer employee guardian owner patient recipient emergency_contact payee physician attorney person payer driver beneficiary cardholder nurse guest';
const PEOPLE = `${NAMED_PEOPLE} member user client_contact tenant_contact holder author subscriber card_holder author_info billing_details shipping buyer`;
const ADDRESSES =
  'postal_address billing_address mailing_address address delivery_address residential_address permanent_address work_address home_address billing shipping street_address shipping_address addresses';

/** Names of people. */
export const personNames: KindDetector = {
  kinds: ['name'],
  names: [
    {
      kind: 'name',
      accepts: isPersonName,
      names: `${NAMED_PEOPLE.replaceAll(' ', '_name ')}_name account_holder given_name kundenname achternaam nick_name 姓名 cardholder nazwisko billing_name familienname имя first_name family_name account_holder_name holder_name 氏名 фамилия forename mother_name fname father_name name_on_card nom nom_complet prenom nom_famille nom_de_famille nombre mother_maiden_name nachname apelido full_name surname apellido middle_name sobrenome cognome real_name insured_name imie geburtsname last_name vorname nome maiden_name shipping_name lname voornaam legal_name`,
      under: {
        words: `${PEOPLE} ${CARD_PARENTS}`,
        names: 'first last full name holder_name holder given family middle',
      },
      container: true,
    },
    {
      kind: 'name',
      accepts: isPersonName,
      names: '',
      under: { words: 'name', names: 'first last given family middle' },
    },
  ],
};

/** Postal addresses. */
export const postalAddresses: KindDetector = {
  kinds: ['address'],
  names: [
    {
      kind: 'address',
      accepts: isAddress,
      container: true,
      names:
        'ulica street_address shipping_address address_line 地址 rua 住所 domicile wohnanschrift 주소 calle adres address_line2 address2 address1 anschrift postal_address address_line1 via patient_address addr_line1 endereço street morada customer_address home_address billing_address addr_line2 domicilio full_address delivery_address residential_address permanent_address work_address house_number physical_address addr1 street1 street2 strasse straat indirizzo direccion rue straatnaam mailing_address addr2 straße logradouro street_name',
      under: {
        words: ADDRESSES,
        names: 'city line1 county line3 street1 street2 state province street line2 region town line',
      },
    },
    { kind: 'address', accepts: isPlainAddress, names: 'address addr adresse адрес' },
    {
      kind: 'address',
      accepts: isPostalCode,
      names: 'cap_code codigo_postal kod_pocztowy zip postal_code postcode cep zipcode code_postal plz',
      under: { words: ADDRESSES, names: 'zip postal_code postcode' },
    },
  ],
};

/** Dates of birth. */
export const birthDates: KindDetector = {
  kinds: ['date_of_birth'],
  names: [
    {
      kind: 'date_of_birth',
      accepts: isBirthDate,
      names:
        'urodzenia bday birthday born_on dob geburtstag date_of_birth d_o_b geboortedatum nascimento nacimiento дата_рождения 出生日期 birthdate 生年月日 geb_datum nascita geburtsdatum naissance',
    },
  ],
};
