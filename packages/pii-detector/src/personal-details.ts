// Numbers of documents, cards, patients and devices: what only its field gives away, with the shape that its values have.
import { CARD_PARENTS } from './card.ts';
import { isDate } from './date.ts';
import { type KindDetector, matching } from './kind-detector.ts';
import { isPlaceholder } from './placeholder.ts';
import { countUnits } from './units.ts';

/** Letters, digits and a few separators: `min` to `max` of them, at least `minDigits` digits. */
function identifier(min: number, max: number, minDigits: number): (value: string) => number {
  return (value) => {
    if (value.length > max * 2) return 0;
    const { digits, letters, others } = countUnits(value);
    const units = digits + letters;
    return units >= min && units <= max && digits >= minDigits && others <= units / 2 && !isDate(value) ? 0.9 : 0;
  };
}

function isText(value: string, numeric: boolean): number {
  return (numeric ? value.length >= 3 : value.length >= 2 && !isPlaceholder(value)) ? 0.8 : 0;
}

function isCardExpiry(value: string): number {
  const { digits, letters, others } = countUnits(value);
  const isShort = letters === 0 && digits >= 1 && digits <= 6 && others <= 2 && value.length <= 10;
  return isShort || isDate(value) ? 0.8 : 0;
}

/** Twelve or sixteen hexadecimal digits. */
function isMac(value: string): number {
  return /^(?:[\da-f]{12}|[\da-f]{16})$/i.test(value.replaceAll(/[:.-]/g, '')) ? 0.9 : 0;
}

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
    // 17 units, no I, O or Q (ISO 3779).
    {
      kind: 'vehicle_id',
      accepts: matching(/^(?=[a-hj-npr-z\d]{17}$)(?:.*\d){3}/i, 0.9),
      names: 'vin vehicle_identification_number',
    },
  ],
};

/** Security codes, expiry dates and PINs of cards. */
export const cardDetails: KindDetector = {
  kinds: ['cvv', 'card_expiry', 'pin'],
  names: [
    {
      kind: 'cvv',
      accepts: matching(/^\d{3,4}$/, 0.95),
      names:
        'cvv cvv2 cvc cvc2 csc cvn cvv_code cvc_code card_security_code card_verification card_verification_code card_code codigo_seguridad kartenpruefnummer kartenprüfnummer pruefziffer cryptogramme',
      under: { words: CARD_PARENTS, names: 'code security_code cid verification_value verification_code' },
    },
    // Four are also those of a share.
    { kind: 'cvv', accepts: matching(/^\d{3}$/, 0.95), names: 'security_code' },
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
      accepts: matching(/^\d{4,8}$/, 0.9),
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
