/** The name of the product, in each language of the portal. */
export const PRODUCT = { en: 'Partner portal', fr: 'Portail partenaires' } as const;
