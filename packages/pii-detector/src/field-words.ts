// Words of field names that decide about other words.

/** As the first word: the field asks or says something about the datum, and is not the datum. */
export const LEADING_VETO_WORDS =
  'had enable show uses has disable skip send needs require min can should supports hide allow use total max count is requires have';

const SAY_NOTHING =
  'home old number no nr value full e164 plain string original main current input new formatted num text primary raw val secondary work';

/** Words behind an entry that leave its sense as it is. */
export const QUALIFIERS: string = `${SAY_NOTHING} national privat residenza private contacto 3 privado prod str plaintext admin casa 1 zamieszkania base64 postale b64 pem international field actual privee intl materno novo prive eu prev hex geschaftlich actuel en completo kontaktowy nummer komorkowy wifi encrypted x fixe entrega line data info fr spedizione domicile smtp us neu previous db fijo dienstlich c confirmation local facturation display paterno nova billing orig staging livraison list trabajo decrypted envio nouveau alt es a hash mobile it shipping bureau personal root dev hausnummer de hashed nueva b details 2 nuevo 4 uk nbr confirm ftp office`;

/** Names of children that say nothing themselves: they take the sense of the object around them. */
export const GENERIC_NAMES: string = `${SAY_NOTHING} content default`;

/** Entries that hold other data although a personal word is in them; the longest entry wins, so they shield it. */
export const NEGATIVE_ENTRIES = 'bind_address listen_address gpio_pin cell_value cell_line table_cell';

/** As words behind an entry they leave its sense: `phone_owner`, `nom_client`. */
export const ROLES =
  'client contact customer employee guardian owner patient recipient sender spouse titular user cliente titulaire usuario kunde utilisateur';
