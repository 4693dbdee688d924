// Personal data that only its field gives away, with the shape that its values have.
import { isDate } from './date.ts';
import type { KindDetector } from './kind-detector.ts';
import { isPlaceholder, isRemark } from './placeholder.ts';
import { countUnits, isAlphanumeric, isHex, unitAt } from './units.ts';

/** Letters, digits and a few separators: `min` to `max` of them, at least `minDigits` digits. */
function identifier(min: number, max: number, minDigits: number): (value: string) => number {
  return (value) => {
    if (value.length > max * 2) return 0;
    const { digits, letters, others } = countUnits(value);
    const units = digits + letters;
    return units >= min && units <= max && digits >= minDigits && others <= units / 2 && !isDate(value) ? 0.9 : 0;
  };
}

function isPersonName(value: string, numeric: boolean): number {
  if (numeric || value.length > 120 || isPlaceholder(value) || isRemark(value)) return 0;
  const { digits, letters, others } = countUnits(value);
  return letters > 0 && digits <= 2 && others <= letters + 1 && !value.includes('://') && !value.includes('/')
    ? 0.8
    : 0;
}

/** A street, a town, a box: words, or a number and words; not a host, a wallet or a place in memory. */
function isAddress(value: string, numeric: boolean): number {
  if (numeric || value.length > 500 || value.length < 3 || isPlaceholder(value) || isRemark(value)) return 0;
  if (value.includes('@') || value.includes('://') || value.startsWith('0x')) return 0;
  const { letters } = countUnits(value);
  const parted =
    value.includes(' ') || value.includes('\n') || value.includes(',') || letters === value.length || isCjk(value);
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

function isText(value: string, numeric: boolean): number {
  return (numeric ? value.length >= 3 : value.length >= 2 && !isPlaceholder(value)) ? 0.8 : 0;
}

function isCvv(value: string): number {
  return (value.length === 3 || value.length === 4) && countUnits(value).digits === value.length ? 0.95 : 0;
}

function isPin(value: string): number {
  return value.length >= 4 && value.length <= 8 && countUnits(value).digits === value.length ? 0.9 : 0;
}

function isCardExpiry(value: string): number {
  const { digits, letters, others } = countUnits(value);
  return letters === 0 && digits >= 1 && digits <= 6 && others <= 2 && value.length <= 10
    ? 0.8
    : isDate(value)
      ? 0.8
      : 0;
}

function isMac(value: string): number {
  let digits = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = unitAt(value, i);
    if (isHex(unit)) digits++;
    else if (unit !== 58 && unit !== 45 && unit !== 46) return 0;
  }
  return digits === 12 || digits === 16 ? 0.9 : 0;
}

/** A vehicle identification number: 17 units, no I, O or Q (ISO 3779). */
function isVin(value: string): number {
  if (value.length !== 17) return 0;
  for (let i = 0; i < 17; i++) {
    if (!isAlphanumeric(unitAt(value, i)) || 'IOQioq'.includes(value[i]!)) return 0;
  }
  return countUnits(value).digits > 2 ? 0.9 : 0;
}

const CARD_PARENTS = 'card cards payment_card credit_card debit_card payment_method cc';
const NAMED_PEOPLE =
  'patient customer employee contact person passenger guest student applicant beneficiary recipient sender owner cardholder spouse driver payer payee emergency_contact doctor physician nurse guardian attorney teacher';
const PEOPLE = `${NAMED_PEOPLE} user member holder card_holder subscriber author_info buyer billing_details tenant_contact client_contact shipping author`;
const ADDRESSES =
  'address addresses billing_address shipping_address home_address mailing_address postal_address delivery_address street_address residential_address permanent_address work_address billing shipping';

/** Names of people. */
export const personNames: KindDetector = {
  kinds: ['name'],
  names: [
    {
      kind: 'name',
      accepts: isPersonName,
      names: `${NAMED_PEOPLE.replaceAll(' ', '_name ')}_name first_name last_name fname lname full_name given_name family_name surname maiden_name middle_name forename nick_name cardholder name_on_card holder_name account_holder account_holder_name billing_name shipping_name mother_maiden_name father_name mother_name legal_name real_name insured_name vorname nachname familienname geburtsname kundenname nom prenom nom_de_famille nom_famille nom_complet nombre apellido cognome nome sobrenome apelido voornaam achternaam imie nazwisko имя фамилия 氏名 姓名`,
      under: {
        words: `${PEOPLE} ${CARD_PARENTS}`,
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

/** Passports, driving licences, plates and vehicle numbers. */
export const identityDocuments: KindDetector = {
  kinds: ['passport', 'driver_license', 'vehicle_id'],
  names: [
    {
      kind: 'passport',
      accepts: identifier(6, 12, 2),
      names:
        'passport passport_id reisepass paszport numer_paszportu паспорт pasaporte passeport passaporte passaporto paspoort visa_number visa_no passnummer',
    },
    {
      kind: 'driver_license',
      accepts: identifier(4, 24, 3),
      names:
        'driver_license driver_licence driving_license driving_licence license_number dl_number dl_no dln fuehrerschein führerschein prawo_jazdy permis permis_de_conduire licencia_conducir licencia_de_conducir patente_di_guida rijbewijs licence_number permis_conduire',
    },
    {
      kind: 'vehicle_id',
      accepts: identifier(4, 10, 1),
      names: 'license_plate licence_plate plate_number number_plate kennzeichen plaque_immatriculation matricula',
    },
    { kind: 'vehicle_id', accepts: isVin, names: 'vin vehicle_identification_number' },
  ],
};

/** Security codes, expiry dates and PINs of cards. */
export const cardDetails: KindDetector = {
  kinds: ['cvv', 'card_expiry', 'pin'],
  names: [
    {
      kind: 'cvv',
      accepts: isCvv,
      names:
        'cvv cvv2 cvc cvc2 csc cvn cvv_code cvc_code card_security_code card_verification card_verification_code card_code codigo_seguridad kartenpruefnummer kartenprüfnummer pruefziffer cryptogramme',
      under: { words: CARD_PARENTS, names: 'code security_code cid verification_value verification_code' },
    },
    {
      kind: 'card_expiry',
      accepts: isCardExpiry,
      names:
        'card_expiry card_expiration card_exp card_exp_date card_expiry_date card_expiration_date cc_exp cc_expiry card_exp_month card_exp_year',
      under: {
        words: `${CARD_PARENTS} payment`,
        names:
          'exp expiry exp_month exp_year expiration expiration_date expiry_date expires valid_thru expiry_month expiry_year',
      },
    },
    {
      kind: 'pin',
      accepts: isPin,
      names: 'pin',
      under: { words: CARD_PARENTS, names: 'pin' },
    },
  ],
};

/** Health records, and what is sensitive whatever it holds. */
export const healthRecords: KindDetector = {
  kinds: ['health_record', 'personal_data'],
  names: [
    {
      kind: 'health_record',
      accepts: identifier(4, 24, 2),
      names:
        'mrn medical_record_number medical_record_no medical_record_id patient_id patient_number patient_no npi dea mbi medicare_number medicare_id medicaid_id insurance_id insurance_number policy_no member_id health_id',
      under: { words: 'patient', names: 'id number no' },
    },
    {
      kind: 'health_record',
      accepts: isText,
      container: true,
      names:
        'medical_record patient_info patient_data patient_record patient_details patient_history health_record health_data health_info medical_history medical_info medical_data medical_condition diagnosis diagnoses icd10 icd_10 icd_code icd_10_code blood_type allergies medication prescription disability',
    },
    {
      kind: 'personal_data',
      accepts: isText,
      container: true,
      names:
        'personal_data personal_info personal_information personal_details pii sensitive_data ethnicity ethnic_origin religion sexual_orientation biometric biometric_template political_opinion trade_union_membership genetic_data criminal_record',
    },
  ],
};

/** Hardware addresses, by field name only. */
export const macAddresses: KindDetector = {
  kinds: ['mac_address'],
  names: [
    {
      kind: 'mac_address',
      accepts: isMac,
      names: 'mac_address mac_addr hardware_address ethernet_address wifi_mac bluetooth_mac bluetooth_address',
    },
    // Without separators a `mac` is also a message authentication code.
    {
      kind: 'mac_address',
      accepts: (value) => (value.length > 13 && countUnits(value).others > 1 ? isMac(value) : 0),
      names: 'mac',
    },
  ],
};

function isCoordinate(value: string, numeric: boolean): number {
  const number = Number(value);
  return (numeric || value.includes('.')) && Number.isFinite(number) && Math.abs(number) <= 180 ? 0.8 : 0;
}

/** User names, positions and device numbers: only where `kinds` asks for them. */
export const onlineTraces: KindDetector = {
  kinds: ['username', 'location', 'device_id'],
  names: [
    { kind: 'username', accepts: isText, names: 'username login_name screen_name' },
    {
      kind: 'location',
      accepts: isCoordinate,
      container: true,
      names: 'lat lng lon latitude longitude geo gps geolocation coordinates',
    },
    { kind: 'device_id', accepts: isText, names: 'imei imsi iccid device_id advertising_id idfa gaid android_id udid' },
  ],
};
