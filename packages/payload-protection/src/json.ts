/** Any JSON value. Objects are plain, arrays dense, numbers finite. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

export type JsonObject = { readonly [name: string]: JsonValue };
