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
  return letters > 0 && digits <= 2 && others <= letters + 1 && !/[/_]|\.(?:csv|pdf|png|txt)$/.test(value) ? 0.8 : 0;
}

/** A street, a town, a box: words, or a number and words; not a host, a wallet, a place in memory, a proxy (`1.1 x`). */
function isAddress(value: string, numeric: boolean): number {
  if (numeric || value.length > 500 || value.length < 3 || isPlaceholder(value) || isRemark(value)) return 0;
  if (/@|:\/\/|^0x|\d\.\d /.test(value)) return 0;
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
  'applicant attorney beneficiary cardholder contact customer doctor driver employee guardian guest nurse owner passenger patient payee payer person physician recipient sender spouse student teacher';
const PEOPLE = joined(NAMED_PEOPLE, 'user member holder subscriber author_info buyer billing_info shipping author');
/** `patient_name`, ... */
/* @__NO_SIDE_EFFECTS__ */
function namesOf(people: string): string {
  return `${people.replaceAll(' ', '_name ')}_name`;
}

const ADDRESSES = 'address billing shipping';

/** Names of people. */
export const personNames: KindDetector = {
  kinds: ['name'],
  names: [
    {
      kind: 'name',
      accepts: isPersonName,
      names: joined(
        namesOf(NAMED_PEOPLE),
        'account_holder account_holder_name achternaam apelido apellido billing_name cardholder cognome familienname family_name father_name first_name fname forename full_name geburtsname given_name holder_name imie insured_name kundenname last_name legal_name lname maiden_name middle_name mother_name nachname name_on_card nazwisko nick_name nom nom_complet nom_de_famille nom_famille nombre nome prenom real_name shipping_name sobrenome surname voornaam vorname имя фамилия 姓名 氏名',
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
        'addr1 addr2 addr_line address1 address2 adres anschrift billing_address calle customer_address delivery_address direccion domicile domicilio endereço full_address home_address house_number indirizzo logradouro mailing_address morada patient_address permanent_address physical_address postal_address residential_address rua rue shipping_address straat straatnaam strasse straße street street_address street_name ulica work_address 住所 地址 주소',
      under: {
        words: ADDRESSES,
        names: 'city county line province region state street town',
      },
    },
    { kind: 'address', accepts: isPlainAddress, names: 'address addr via adresse адрес' },
    {
      kind: 'address',
      accepts: isPostalCode,
      names: 'cap_code cep code_postal codigo_postal kod_pocztowy plz postal_code postcode zip zipcode',
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
        'bday birthdate birthday born_on d_o_b date_of_birth geb_datum geboortedatum geburtsdatum geburtstag nacimiento naissance nascimento nascita urodzenia дата_рождения 出生日期 生年月日',
    },
  ],
};
