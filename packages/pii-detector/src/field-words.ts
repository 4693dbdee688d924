// Words of field names that decide about other words.

/** As the last word (or the first, for `is`, `has`): the field says something about the datum, and is not the datum. */
export const VETO_WORDS =
  'verified valid validated present enabled disabled required reset count counts counter total len length size max min avg rate limit limits sent at on date ts time timestamp updated created type types kind status state flag flags format pattern regex label title placeholder help error errors message hint template templates masked mask last4 lastfour last_four provider providers brand domain policy policies expires expiry expiration ttl index idx page column columns field fields list bytes strength version url uri endpoint arn path file filename ref reference name names id ids visible required optional changed confirmed opt optin optout allowed supported available exists missing usage used uses bucket manager service rotation algorithm alg method mode level score attempts retries validity country schema class category group source_type prompt rule rules check checked';

/** As the first word: a question about the datum. */
export const LEADING_VETO_WORDS =
  'is has have had can should show hide use uses enable disable allow require requires needs no num max min total count supports skip send';

/** Words behind an entry that leave its sense as it is. */
export const QUALIFIERS =
  'number nummer no num nr value val raw text string str plain plaintext encrypted decrypted home work office mobile personal private privat privado privee prive bureau casa trabajo dienstlich primary secondary main old new current previous prev confirm confirmation confirmed_value hash hashed b64 base64 hex pem full input info details data field_value original orig formatted display e164 intl international local national us uk eu de fr es it en billing shipping 1 2 3 4 a b x line id_number admin root db prod dev staging smtp ftp wifi neu alt actuel actual nouveau nuevo nueva novo nova fijo fixe geschaftlich contacto domicile postale residenza completo komorkowy kontaktowy zamieszkania hausnummer nbr livraison facturation envio entrega spedizione materno paterno';

/** Names of children that say nothing themselves: they take the sense of the object around them. */
export const GENERIC_NAMES =
  'value val raw text plain full formatted content number no num nr primary secondary home work main default current old new input string original e164';

/**
 * Entries that hold other data although a personal word is in them; the longest entry wins, so they shield their
 * words.
 */
export const NEGATIVE_ENTRIES =
  'public_token page_token next_token continuation_token pagination_token sync_token change_token cancellation_token cancel_token idempotency_token concurrency_token stop_token eos_token bos_token pad_token unk_token mask_token special_token start_token end_token max_tokens min_tokens prompt_tokens completion_tokens total_tokens input_tokens output_tokens cached_tokens reasoning_tokens contract_address wallet_address memory_address base_address bind_address listen_address start_address return_address function_address deposit_address eth_address btc_address bitcoin_address token_address pool_address factory_address cell_value cell_index cell_line table_cell mobile_app_version mobile_version email_template_id card_brand card_type card_network card_title card_id card_count card_layout card_view card_color card_style card_game ip_version ip_protocol pan_zoom pan_id pan_x pan_y pan_angle pan_gesture gpio_pin secret_version password_length dna_sequence social_score';

/** Whole fields of digits that are not personal: `order_id`, `tracking_number`, `created_at`. */
export const OTHER_NUMBER_WORDS =
  'id ids order orders invoice ticket sku part serial tracking trace span request session ts timestamp time at epoch bytes size offset length count version build revision commit sha hash etag checksum digest lat lng lon latitude longitude ean upc isbn issn gtin asin imei imsi iccid mac port zip price amount total balance quantity qty duration ms seconds millis micros nanos ns us date created updated expires index position row line page seq sequence cursor batch lot shipment parcel awb waybill barcode uuid guid nonce seed hex digits score rank weight height width';

/** Ends of names that are looked past in search of one of the words above: `order_number`, `tracking_no`. */
export const NUMBER_SUFFIXES = 'number no num nr nbr code ref reference value';

/** As words behind an entry they leave its sense: `phone_owner`, `nom_client`. */
export const ROLES =
  'owner spouse patient employee customer contact guardian recipient sender user client cliente utilisateur usuario kunde titular titulaire';
