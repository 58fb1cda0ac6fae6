/** What the product is called, in each language of the portal. */
export const PRODUCT = { en: 'Partner portal', fr: 'Portail partenaires' } as const;
