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
  return letters === 0 && digits >= 1 && digits <= 6 && others <= 2 && value.length <= 10
    ? 0.8
    : isDate(value)
      ? 0.8
      : 0;
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
        'passport_id reisepass паспорт passport paszport passnummer paspoort passaporto numer_paszportu passaporte visa_number passeport pasaporte visa_no',
    },
    {
      kind: 'driver_license',
      accepts: identifier(4, 24, 3),
      names:
        'licence_number driver_licence license_number dl_number dl_no licencia_conducir dln licencia_de_conducir fuehrerschein permis rijbewijs führerschein permis_de_conduire permis_conduire patente_di_guida prawo_jazdy driver_license driving_licence driving_license',
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
        'csc cvv2 cvv card_code card_security_code cvc cvv_code cvc_code card_verification_code codigo_seguridad card_verification kartenpruefnummer cryptogramme cvc2 cvn kartenprüfnummer pruefziffer',
      under: { words: CARD_PARENTS, names: 'code security_code cid verification_value verification_code' },
    },
    // Four are also those of a share.
    { kind: 'cvv', accepts: matching(/^\d{3}$/, 0.95), names: 'security_code' },
    {
      kind: 'card_expiry',
      accepts: isCardExpiry,
      names:
        'card_expiry card_expiry_date card_expiration cc_expiry card_exp cc_exp card_expiration_date card_exp_date card_exp_month card_exp_year',
      under: {
        words: `${CARD_PARENTS} payment`,
        names:
          'expiry expiration_date expiration exp_month expiry_date exp_year expiry_year expiry_month expires exp valid_thru',
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
        'medical_record_number insurance_number dea health_id patient_number insurance_id patient_no medical_record_no medicare_number npi policy_no mrn member_id medical_record_id medicare_id patient_id medicaid_id mbi',
      under: { words: 'patient', names: 'id number no' },
    },
    {
      kind: 'health_record',
      accepts: isText,
      container: true,
      names:
        'medical_record patient_record patient_info icd_code blood_type health_info icd10 health_data medical_info icd_10 health_record patient_details icd_10_code disability patient_history patient_data medical_history allergies medical_data medication diagnoses medical_condition prescription diagnosis',
    },
    {
      kind: 'personal_data',
      accepts: isText,
      container: true,
      names:
        'genetic_data criminal_record pii political_opinion personal_data ethnic_origin personal_info sensitive_data ethnicity personal_information biometric_template trade_union_membership religion personal_details sexual_orientation biometric',
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
      names: 'geolocation latitude lon lat gps longitude lng geo coordinates',
    },
    { kind: 'device_id', accepts: isText, names: 'device_id idfa android_id udid imei advertising_id iccid gaid imsi' },
  ],
};
