// Words of field names that decide about other words.

/** As the first word: the field asks or says something about the datum, and is not the datum. */
export const LEADING_VETO_WORDS =
  'allow can checksum count disable enable had has have hide is max min needs require requires send should show skip supports total use uses';

const SAY_NOTHING =
  'value val raw text plain full formatted number primary secondary home work main current old new input string original e164';

/** Words that mean the same, in names of any kind: the first of a list stands for them. */
export const SAME =
  'number no num nr nbr numer,info information data detail,record history note chart,license licence,id identifier,account acct';

/** Words behind an entry that leave its sense as it is. */
export const QUALIFIERS: string = `${SAY_NOTHING} c list nummer str plaintext encrypted decrypted office mobile personal private privat privado privee prive bureau casa trabajo dienstlich previous prev confirm confirmation hash hashed b64 base64 hex pem info orig display intl international local national us uk eu de fr es it en billing shipping a b x line admin root db prod dev staging smtp ftp wifi neu alt actuel actual nouveau nuevo nueva novo nova fijo fixe geschaftlich contacto domicile postale residenza completo komorkowy kontaktowy zamieszkania hausnummer livraison facturation envio entrega spedizione materno paterno`;

/** Names of children that say nothing themselves: they take the sense of the object around them. */
export const GENERIC_NAMES: string = `${SAY_NOTHING} content default s n`;

/** Entries that hold other data although a personal word is in them; the longest entry wins, so they shield it. */
export const NEGATIVE_ENTRIES = 'bind_address listen_address gpio_pin cell_value cell_line table_cell';

/** As words behind an entry they leave its sense: `phone_owner`, `nom_client`. */
export const ROLES =
  'client cliente contact customer employee guardian kunde owner patient recipient sender spouse titulaire titular user usuario utilisateur';
