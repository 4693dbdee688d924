/** Gives a text back with personal values replaced by `[sealed]`. */
export type Scrub = (text: string) => string;
