// Words of field names that decide about other words.

/** As the last word (or the first, for `is`, `has`): the field says something about the datum, and is not the datum. */
export const VETO_WORDS =
  'verified valid validated present enabled disabled required reset count counts counter total len length size max min avg rate limit limits sent at on date ts time timestamp updated created type types kind status state flag flags format pattern regex label title placeholder help error errors message hint template templates masked mask last4 lastfour last_four provider providers brand domain policy policies expires expiry expiration ttl index idx page column columns field fields list bytes strength version url uri endpoint arn path file filename ref reference name names id ids visible required optional changed confirmed opt optin optout allowed supported available exists missing usage used uses bucket manager service rotation algorithm alg method mode level score attempts retries validity country schema class category group source_type prompt rule rules check checked';

/** As the first word: a question about the datum. */
export const LEADING_VETO_WORDS =
  'is has have had can should show hide use uses enable disable allow require requires needs no num max min total count supports skip send';

/** Words behind an entry that leave its sense as it is. */
export const QUALIFIERS =
  'number no num nr value val raw text string str plain plaintext encrypted decrypted home work office mobile personal private privat privado privee prive bureau casa trabajo dienstlich primary secondary main old new current previous prev confirm confirmation confirmed_value hash hashed b64 base64 hex pem full input info details data field_value original orig formatted display e164 intl international local national us uk eu de fr es it en billing shipping 1 2 3 4 a b x line id_number';

/** Names of children that say nothing themselves: they take the sense of the object around them. */
export const GENERIC_NAMES =
  'value val raw text plain full formatted content number no num nr primary secondary home work main default current old new input string original e164';

/**
 * Entries that hold other data although a personal word is in them; the longest entry wins, so they shield their
 * words.
 */
export const NEGATIVE_ENTRIES =
  'public_key primary_key foreign_key sort_key partition_key cache_key idempotency_key routing_key object_key row_key map_key hash_key range_key index_key composite_key unique_key translation_key i18n_key message_key group_key dedup_key dedupe_key registry_key license_key key_id public_token page_token next_token next_page_token continuation_token pagination_token sync_token change_token cancellation_token cancel_token idempotency_token concurrency_token stop_token eos_token bos_token pad_token unk_token mask_token special_token start_token end_token max_token max_tokens min_tokens prompt_tokens completion_tokens total_tokens input_tokens output_tokens cached_tokens reasoning_tokens token_count token_type token_limit token_bucket token_usage tokens_used contract_address wallet_address memory_address base_address bind_address listen_address start_address return_address function_address deposit_address eth_address btc_address bitcoin_address address_book address_type address_space token_address pool_address factory_address mac_table company_name business_name host_name file_name event_name queue_name job_name class_name product_name display_name user_name display_names process_name service_name domain_name table_name column_name index_name bucket_name app_name project_name team_name role_name group_name tag_name branch_name package_name module_name function_name method_name task_name store_name brand_name item_name template_name course_name game_name city_name country_name state_name cell_value cell_id cell_index cell_count cell_type cell_reference cell_style cell_line cell_tower table_cell phone_model phone_os phone_type phone_brand mobile_app mobile_app_version mobile_version mobile_first mobile_view mobile_friendly email_template email_template_id email_subject email_body email_domain email_provider email_count email_campaign card_brand card_type card_network card_title card_id card_count card_layout card_view card_color card_style card_game ip_version ip_protocol pan_zoom pan_id pan_x pan_y pan_angle pan_gesture pass_count pass_rate pass_fail pass_percentage pass_through pin_code pincode pin_number_gpio pin_mode pin_count gpio_pin pass_threshold session_id user_id pass_score secret_santa secret_name secret_ref secret_version secret_arn secret_path password_policy password_strength password_length password_reset password_hint password_field password_manager password_required zip_file zip_path zip_code_required credit_limit street_view street_view_url first_name_field dna_sequence social_media social_network social_links social_score tel_aviv birth_rate security_group security_level security_policy';

/** Whole fields of digits that are not personal: `order_id`, `tracking_number`, `created_at`. */
export const OTHER_NUMBER_WORDS =
  'id ids order orders invoice ticket sku part serial tracking trace span request session ts timestamp time at epoch bytes size offset length count version build revision commit sha hash etag checksum digest lat lng lon latitude longitude ean upc isbn issn gtin asin imei imsi iccid mac port zip price amount total balance quantity qty duration ms seconds millis micros nanos ns us date created updated expires index position row line page seq sequence cursor batch lot shipment parcel awb waybill barcode uuid guid nonce seed hex digits score rank weight height width';

/** Ends of names that are looked past in search of one of the words above: `order_number`, `tracking_no`. */
export const NUMBER_SUFFIXES = 'number no num nr nbr code ref reference value';
