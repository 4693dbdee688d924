// Words of field names that decide about other words.

/** As the first word: the field asks or says something about the datum, and is not the datum. */
export const LEADING_VETO_WORDS =
  'is has have had can should show hide use uses enable disable allow require requires needs send supports skip min max total count';

const SAY_NOTHING =
  'value val raw text plain full formatted number no num nr primary secondary home work main current old new input string original e164';

/** Words behind an entry that leave its sense as it is. */
export const QUALIFIERS: string = `${SAY_NOTHING} c list nummer str plaintext encrypted decrypted office mobile personal private privat privado privee prive bureau casa trabajo dienstlich previous prev confirm confirmation hash hashed b64 base64 hex pem info details data orig display intl international local national us uk eu de fr es it en billing shipping 1 2 3 4 a b x line admin root db prod dev staging smtp ftp wifi neu alt actuel actual nouveau nuevo nueva novo nova fijo fixe geschaftlich contacto domicile postale residenza completo komorkowy kontaktowy zamieszkania hausnummer nbr livraison facturation envio entrega spedizione materno paterno`;

/** Names of children that say nothing themselves: they take the sense of the object around them. */
export const GENERIC_NAMES: string = `${SAY_NOTHING} content default s n`;

/** Entries that hold other data although a personal word is in them; the longest entry wins, so they shield it. */
export const NEGATIVE_ENTRIES = 'bind_address listen_address gpio_pin cell_value cell_line table_cell';

/** As words behind an entry they leave its sense: `phone_owner`, `nom_client`. */
export const ROLES =
  'owner spouse patient employee customer contact guardian recipient sender user client cliente utilisateur usuario kunde titular titulaire';
