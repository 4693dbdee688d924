/** `last4`: the last four letters or digits. `email_domain`: what follows the @. */
export type MaskName = 'last4' | 'email_domain';
