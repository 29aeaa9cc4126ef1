/**
 * There are no organisations. Clients of the published API look for the primary one, to put its name before a slash and an owner's: whatever stands there
 * is not looked at.
 */
export const org = {
  id: 'runyard',
  name: 'runyard',
  created_at: '1970-01-01T00:00:00+00:00',
  avatar_url: '',
  email: '',
  description: '',
  website_url: null,
  logo_image_url: '',
  limits_id: null,
  is_primary: true,
  locked: false,
  locked_reason: '',
} as const;
