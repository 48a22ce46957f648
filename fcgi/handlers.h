/* handlers.h - every handler of the route table, by the file it lives in. */
#ifndef FCGI_HANDLERS_H
#define FCGI_HANDLERS_H

#include "routes.h"

/* pages/home.c */
handler page_root, page_home, page_theme, page_health;
/* pages/tools.c */
handler page_tools;
/* pages/availability.c */
handler page_availability;
/* pages/availability_proof.c, call.c */
handler page_proof, page_call, page_calls;
/* pages/entry.c, entry_save.c, entry_more.c, favourite.c */
/* pages/categories.c */
handler page_categories, page_categories_save;
/* pages/entry.c, entry_save.c, favourite.c */
handler page_entry, page_entry_first, page_entry_save, page_entry_save_all;
handler page_entry_undo, page_entry_display, page_entry_resume;
/* pages/assignment.c, board_setting.c */
handler page_assignment, page_assignment_add, page_assignment_end;
handler page_board_settings, page_board_setting_save;
handler page_favourite;
/* pages/unavailability.c */
handler page_unavailability, page_unavailability_ask;
handler page_unavailability_set, page_unavailability_lift;
/* pages/closures.c, closure_form.c */
handler page_closures, page_closure_new, page_closure_edit, page_closure_save;
handler page_closure_ask, page_closure_cancel;
/* pages/history.c, history_files.c, correction.c, gone.c */
handler page_history, page_history_svg, page_correction, page_correction_save;
handler page_gone;
/* pages/upload.c, upload_look.c */
handler page_upload, page_upload_take, page_upload_look, page_upload_save;
handler page_upload_refused, page_upload_model;
/* pages/directory.c */
handler page_directory;
/* pages/sheet.c */
handler page_sheet;
/* pages/report.c, report_department.c, report_files.c, report_bulletin.c */
handler page_reports, page_report_department, page_report_pdf;
handler page_report_svg, page_report_png, page_report_map, page_report_rank;
/* pages/sentinel.c, channel.c */
handler page_sentinel, page_channel_manual, page_channel_feed;
/* pages/journal.c */
handler page_journal;
/* pages/public.c, public_data.c, site_map.c */
handler page_legal, page_privacy, page_cookies, page_accessibility;
handler page_terms, page_assistance, page_site_map;
/* auth/login.c */
handler auth_login_page, auth_login, auth_logout;
/* auth/password.c, forgotten.c, ask.c, conditions.c */
handler auth_password_page, auth_password, auth_forgotten_page, auth_forgotten;
handler auth_reset_page, auth_reset, auth_ask_page, auth_ask;
handler auth_conditions_page, auth_conditions;
/* auth/second.c, second_set.c, me.c */
handler auth_code_page, auth_code, auth_second, auth_second_set;
handler auth_me, auth_me_sessions, auth_stay;
/* auth/admin_reset.c */
handler auth_provisional_page, auth_provisional;
/* auth/psc.c, psc_link.c, psc_card.c, psc_leave.c */
handler auth_psc_start, auth_psc_return, auth_psc_pending, auth_psc_link;
handler auth_psc_card, auth_psc_card_link, auth_psc_ended;
/* auth/admin_accounts.c, admin_account.c, admin_act.c, admin_grant.c */
handler admin_accounts, admin_account, admin_account_act, admin_account_ask;
handler admin_grant_page, admin_grant;
/* auth/admin_invite.c, admin_requests.c, admin_rules.c */
handler admin_invite_page, admin_invite, admin_invitations;
handler admin_invitation_act;
handler admin_requests, admin_refusal_page, admin_refuse;
handler admin_rules, admin_rules_save;
/* pages/feeds.c */
handler page_feeds, page_feed, page_feed_add, page_feed_act;
/* auth/token.c */
handler auth_token;
/* api/location.c, batch.c, read.c */
handler api_location, api_batch, api_location_read, api_location_search;

#endif
