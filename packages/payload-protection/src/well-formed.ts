/** No lone surrogates. `String.prototype.isWellFormed` (ES2024), which every supported runtime has. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** Longest text that a loop here reads faster than two calls into the platform. */
const shortUnits = 9;

/** Neither lone surrogates nor NUL, which PostgreSQL's jsonb and text refuse. */
export function isStorable(text: string): boolean {
  if (text.length > shortUnits) return isWellFormed(text) && !text.includes('\0');
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0 || unit > 0xd7ff) return isWellFormed(text) && !text.includes('\0');
  }
  return true;
}
