/** No lone surrogates. `String.prototype.isWellFormed` (ES2024), which every supported runtime has. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
