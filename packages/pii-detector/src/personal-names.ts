// Names of people, postal addresses and dates of birth: what only its field gives away, with the shape that its values have.
import { CARD_PARENTS } from './card.ts';
import { isDate } from './date.ts';
import type { KindDetector } from './kind-detector.ts';
import { isPlaceholder, isRemark } from './placeholder.ts';
import { countUnits, unitAt } from './units.ts';
import { joined } from './words.ts';

/** The form of a company behind its name. */
const COMPANY = /[\s,](?:inc|llc|ltd|limited|gmbh|corp|corporation|plc|kg|s\.a|b\.v|s\.r\.l|o\.o)\.?$/i;

function isPersonName(value: string, numeric: boolean): number {
  if (numeric || value.length > 120 || isPlaceholder(value) || isRemark(value) || COMPANY.test(value.slice(-13)))
    return 0;
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
  'patient customer employee contact person passenger guest student applicant beneficiary recipient sender owner cardholder spouse driver payer payee emergency_contact doctor physician nurse guardian attorney teacher';
const PEOPLE = joined(
  NAMED_PEOPLE,
  'user member holder card_holder subscriber author_info buyer billing_details tenant_contact client_contact shipping author',
);
/** `patient_name`, ... */
/* @__NO_SIDE_EFFECTS__ */
function namesOf(people: string): string {
  return `${people.replaceAll(' ', '_name ')}_name`;
}

const ADDRESSES =
  'address addresses billing_address shipping_address home_address mailing_address postal_address delivery_address street_address residential_address permanent_address work_address billing shipping';

/** Names of people. */
export const personNames: KindDetector = {
  kinds: ['name'],
  names: [
    {
      kind: 'name',
      accepts: isPersonName,
      names: joined(
        namesOf(NAMED_PEOPLE),
        'first_name last_name fname lname full_name given_name family_name surname maiden_name middle_name forename nick_name cardholder name_on_card holder_name account_holder account_holder_name billing_name shipping_name mother_maiden_name father_name mother_name legal_name real_name insured_name vorname nachname familienname geburtsname kundenname nom prenom nom_de_famille nom_famille nom_complet nombre apellido cognome nome sobrenome apelido voornaam achternaam imie nazwisko имя фамилия 氏名 姓名',
      ),
      under: {
        words: joined(PEOPLE, CARD_PARENTS),
        names: 'name first last full given family middle holder holder_name',
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
        'street street_address street_name address_line address_line1 address_line2 addr_line1 addr_line2 address1 address2 postal_address home_address billing_address shipping_address mailing_address delivery_address residential_address permanent_address work_address physical_address patient_address customer_address full_address addr1 addr2 street1 street2 house_number strasse straße straat straatnaam ulica via anschrift wohnanschrift domicile direccion domicilio calle endereço indirizzo adres morada rua 住所 地址 주소 rue logradouro',
      under: {
        words: ADDRESSES,
        names: 'line line1 line2 line3 street street1 street2 city town state region province county',
      },
    },
    { kind: 'address', accepts: isPlainAddress, names: 'address addr adresse адрес' },
    {
      kind: 'address',
      accepts: isPostalCode,
      names: 'zip zipcode postcode postal_code plz code_postal codigo_postal cep cap_code kod_pocztowy',
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
        'dob bday date_of_birth birthday birthdate d_o_b born_on geburtsdatum geburtstag geboortedatum дата_рождения 生年月日 出生日期 geb_datum naissance nacimiento nascimento nascita urodzenia',
    },
  ],
};
