// What a transaction that failed is told to have failed of.

/**
 * Runs `work` in the transaction that `begin` makes, and tells what ended the work rather than what undoing it met: on a
 * connection that is gone that is an error as well, and has no code any more.
 */
export async function tellingFirst<Tx, T>(
  begin: (work: (tx: Tx) => Promise<T>) => Promise<T>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let first: { readonly error: unknown } | undefined;
  try {
    return await begin((tx) =>
      work(tx).catch((error: unknown) => {
        first = { error };
        throw error;
      }),
    );
  } catch (error) {
    throw (first ?? { error }).error;
  }
}
