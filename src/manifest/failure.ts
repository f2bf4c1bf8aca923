export type ManifestFailure = { readonly kind: "folder-missing"; readonly folder: string };
