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
        'passport passport_id reisepass paszport numer_paszportu паспорт pasaporte passeport passaporte passaporto paspoort visa_number passnummer',
    },
    {
      kind: 'driver_license',
      accepts: identifier(4, 24, 3),
      names:
        'dl_number dln driver_license driving_license fuehrerschein führerschein licencia_conducir licencia_de_conducir license_number patente_di_guida permis permis_conduire permis_de_conduire prawo_jazdy rijbewijs',
    },
    {
      kind: 'vehicle_id',
      accepts: identifier(4, 10, 1),
      names: 'license_plate plate_number number_plate kennzeichen plaque_immatriculation matricula',
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
        'card_security_code card_verification_code codigo_seguridad cryptogramme csc cvc cvc_code cvn cvv cvv_code kartenpruefnummer kartenprüfnummer pruefziffer',
      under: {
        words: CARD_PARENTS,
        names: 'cid code security_code verification verification_code verification_number verification_value',
      },
    },
    // Four are also those of a share.
    { kind: 'cvv', accepts: matching(/^\d{3}$/, 0.95), names: 'security_code' },
    {
      kind: 'card_expiry',
      accepts: isCardExpiry,
      names: 'ccexp ccexpiry',
      under: {
        words: `${CARD_PARENTS} payment`,
        names:
          'exp expiry exp_date exp_month exp_year expiration expiration_date expiry_date expires valid_thru expiry_month expiry_year',
      },
    },
    {
      kind: 'pin',
      accepts: matching(/^\d{4,8}$/, 0.9),
      names: 'pin',
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
        'dea health_card_number health_id insurance_id insurance_number mbi medicaid_id medical_id medical_record_id medical_record_number medicare_id medicare_number member_id mrn npi patient_id patient_number policy_number',
      under: { words: 'patient', names: 'id number' },
    },
    {
      kind: 'health_record',
      accepts: isText,
      container: true,
      names:
        'medical_record health_record patient_record medical_info health_info patient_info clinical_record clinical_info phi_info ehr lab_result treatment_plan medical_condition diagnosis diagnoses diagnosis_code icd icd_code blood_type allergies medication prescription disability',
    },
    // The angle has numbers.
    { kind: 'health_record', accepts: matching(/[a-z]{5}/i, 0.8), names: 'phi' },
    {
      kind: 'personal_data',
      accepts: isText,
      container: true,
      names:
        'personal_info private_info sensitive_info confidential_info identifiable_info personal_record pii ethnicity ethnic_origin religion sexual_orientation biometric biometric_template political_opinion trade_union_membership genetic_info criminal_record',
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
