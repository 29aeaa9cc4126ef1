import type { Whose } from './http-world.ts';

/*
 * Who may do what over HTTP. `own` is Ann's, `group` is that of a group in which Ann and Ben are, `other` is Zoe's; `-`: it is about nobody's thing.
 * Eve has nothing, root is an admin. `ann/…` and `root/…` are tokens of theirs narrowed to a scope, `job` is one of Ann's for one job, `run` is what a
 * run of a job of hers got as RUNYARD_TOKEN; where the thing is a job of her own, or a run of it, it is that job. `ok` is the route's own answer; 409 is
 * that of a user who still owns something.
 */
const table = `
route                                        thing nobody ann ben eve root ann/jobs:read ann/jobs:write ann/jobs:start ann/secrets:write ann/metrics:read ann/admin root/jobs:read job run

GET /healthz                                 -     ok     ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
GET /readyz                                  -     ok     ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
GET /status                                  -     ok     ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
GET /openapi.json                            -     401    ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok

GET /info                                    -     401    ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
GET /info/servers                            -     401    ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
GET /jobs/info                               -     401    ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok

GET /jobs                                    -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
POST /jobs                                   own   401    ok  403 403 ok   403           ok             403            403               403              ok        403            403 403
POST /jobs                                   group 401    ok  ok  403 ok   403           ok             403            403               403              ok        403            403 403
POST /jobs                                   other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
PUT /jobs                                    own   401    ok  403 403 ok   403           ok             403            403               403              ok        403            403 403
PUT /jobs                                    group 401    ok  ok  403 ok   403           ok             403            403               403              ok        403            403 403
PUT /jobs                                    other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /jobs/{job_id}                           own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}                           group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}                           other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /jobs/{job_id}                         own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            ok  403
PATCH /jobs/{job_id}                         group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
PATCH /jobs/{job_id}                         other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /jobs/{job_id}                        own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            ok  403
DELETE /jobs/{job_id}                        group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
DELETE /jobs/{job_id}                        other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
GET /jobs/{job_id}/preview                   own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/preview                   group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/preview                   other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
POST /jobs/check                             own   401    ok  403 403 ok   403           ok             403            403               403              ok        403            403 403
POST /jobs/check                             group 401    ok  ok  403 ok   403           ok             403            403               403              ok        403            403 403
POST /jobs/check                             other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
POST /jobs/{job_id}/check                    own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
POST /jobs/{job_id}/check                    group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
POST /jobs/{job_id}/check                    other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
POST /jobs/{job_id}/clone                    own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            403 403
POST /jobs/{job_id}/clone                    group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
POST /jobs/{job_id}/clone                    other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /jobs/{job_id}/start                    own   401    ok  404 404 ok   403           ok             ok             403               403              ok        403            ok  ok
POST /jobs/{job_id}/start                    group 401    ok  ok  404 ok   403           ok             ok             403               403              ok        403            404 404
POST /jobs/{job_id}/start                    other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /jobs/{job_id}/restart                  own   401    ok  404 404 ok   403           ok             ok             403               403              ok        403            ok  ok
POST /jobs/{job_id}/restart                  group 401    ok  ok  404 ok   403           ok             ok             403               403              ok        403            404 404
POST /jobs/{job_id}/restart                  other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /jobs/{job_id}/stop                     own   401    ok  404 404 ok   403           ok             ok             403               403              ok        403            ok  ok
POST /jobs/{job_id}/stop                     group 401    ok  ok  404 ok   403           ok             ok             403               403              ok        403            404 404
POST /jobs/{job_id}/stop                     other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /jobs/{job_id}/stop/{run_name}          own   401    ok  404 404 ok   403           ok             ok             403               403              ok        403            ok  ok
POST /jobs/{job_id}/stop/{run_name}          group 401    ok  ok  404 ok   403           ok             ok             403               403              ok        403            404 404
POST /jobs/{job_id}/stop/{run_name}          other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
GET /jobs/{job_id}/occurrences               own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/occurrences               group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/occurrences               other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
POST /jobs/{job_id}/schedule                 own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            ok  403
POST /jobs/{job_id}/schedule                 group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
POST /jobs/{job_id}/schedule                 other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /jobs/{job_id}/unschedule               own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            ok  403
POST /jobs/{job_id}/unschedule               group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
POST /jobs/{job_id}/unschedule               other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /jobs/{job_id}/secrets                   own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/secrets                   group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/secrets                   other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
POST /jobs/{job_id}/secrets                  own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            404 404
POST /jobs/{job_id}/secrets                  group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
POST /jobs/{job_id}/secrets                  other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
GET /jobs/{job_id}/secrets/{attachment_id}   own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/secrets/{attachment_id}   group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/secrets/{attachment_id}   other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /jobs/{job_id}/secrets/{attachment_id} own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            ok  403
PATCH /jobs/{job_id}/secrets/{attachment_id} group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
PATCH /jobs/{job_id}/secrets/{attachment_id} other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /jobs/{job_id}/secrets/{attachment_id} own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            ok  403
DELETE /jobs/{job_id}/secrets/{attachment_id} group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
DELETE /jobs/{job_id}/secrets/{attachment_id} other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /runs                                    -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /runs/{run_id}                           own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /runs/{run_id}                           group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /runs/{run_id}                           other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /runs/{run_id}/wait                      own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /runs/{run_id}/wait                      group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /runs/{run_id}/wait                      other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /runs/{run_id}/logs                      own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /runs/{run_id}/logs                      group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /runs/{run_id}/logs                      other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
POST /runs/{run_id}/cancel                   own   401    ok  404 404 ok   403           ok             ok             403               403              ok        403            ok  ok
POST /runs/{run_id}/cancel                   group 401    ok  ok  404 ok   403           ok             ok             403               403              ok        403            404 404
POST /runs/{run_id}/cancel                   other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /runs/{run_id}/abandon                  own   401    ok  404 404 ok   403           ok             ok             403               403              ok        403            ok  ok
POST /runs/{run_id}/abandon                  group 401    ok  ok  404 ok   403           ok             ok             403               403              ok        403            404 404
POST /runs/{run_id}/abandon                  other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /built_images                            -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /built_images/find                       -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
POST /built_images                           -     401    ok  ok  ok  ok   403           ok             403            403               403              ok        403            403 403

GET /secrets                                 -     401    ok  ok  ok  ok   ok            ok             403            ok                403              ok        ok             403 403
POST /secrets                                own   401    ok  403 403 ok   403           403            403            ok                403              ok        403            403 403
POST /secrets                                group 401    ok  ok  403 ok   403           403            403            ok                403              ok        403            403 403
POST /secrets                                other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
POST /secrets/rotate                         -     401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /secrets/{secret_id}                     own   401    ok  404 404 ok   ok            ok             403            ok                403              ok        ok             404 404
GET /secrets/{secret_id}                     group 401    ok  ok  404 ok   ok            ok             403            ok                403              ok        ok             404 404
GET /secrets/{secret_id}                     other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /secrets/{secret_id}                   own   401    ok  404 404 ok   403           403            403            ok                403              ok        403            404 404
PATCH /secrets/{secret_id}                   group 401    ok  ok  404 ok   403           403            403            ok                403              ok        403            404 404
PATCH /secrets/{secret_id}                   other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /secrets/{secret_id}                  own   401    ok  404 404 ok   403           403            403            ok                403              ok        403            404 404
DELETE /secrets/{secret_id}                  group 401    ok  ok  404 ok   403           403            403            ok                403              ok        403            404 404
DELETE /secrets/{secret_id}                  other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /git_credentials                         -     401    ok  ok  ok  ok   ok            ok             403            ok                403              ok        ok             403 403
POST /git_credentials                        own   401    ok  403 403 ok   403           403            403            ok                403              ok        403            403 403
POST /git_credentials                        group 401    ok  ok  403 ok   403           403            403            ok                403              ok        403            403 403
POST /git_credentials                        other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
POST /git_credentials/scan_host              -     401    ok  ok  ok  ok   403           403            403            ok                403              ok        403            403 403
GET /git_credentials/{credential_id}         own   401    ok  404 404 ok   ok            ok             403            ok                403              ok        ok             404 404
GET /git_credentials/{credential_id}         group 401    ok  ok  404 ok   ok            ok             403            ok                403              ok        ok             404 404
GET /git_credentials/{credential_id}         other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /git_credentials/{credential_id}       own   401    ok  404 404 ok   403           403            403            ok                403              ok        403            404 404
PATCH /git_credentials/{credential_id}       group 401    ok  ok  404 ok   403           403            403            ok                403              ok        403            404 404
PATCH /git_credentials/{credential_id}       other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /git_credentials/{credential_id}      own   401    ok  404 404 ok   403           403            403            ok                403              ok        403            404 404
DELETE /git_credentials/{credential_id}      group 401    ok  ok  404 ok   403           403            403            ok                403              ok        403            404 404
DELETE /git_credentials/{credential_id}      other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /webhooks                                -     401    ok  ok  ok  ok   ok            ok             403            403               403              ok        ok             403 403
POST /webhooks                               own   401    ok  403 403 ok   403           ok             403            403               403              ok        403            403 403
POST /webhooks                               group 401    ok  ok  403 ok   403           ok             403            403               403              ok        403            403 403
POST /webhooks                               other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /webhooks/host/deliveries                -     401    404 404 404 ok   404           404            403            403               403              404       ok             403 403
GET /webhooks/{webhook_id}                   own   401    ok  404 404 ok   ok            ok             403            403               403              ok        ok             404 404
GET /webhooks/{webhook_id}                   group 401    ok  ok  404 ok   ok            ok             403            403               403              ok        ok             404 404
GET /webhooks/{webhook_id}                   other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /webhooks/{webhook_id}                 own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            404 404
PATCH /webhooks/{webhook_id}                 group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
PATCH /webhooks/{webhook_id}                 other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /webhooks/{webhook_id}                own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            404 404
DELETE /webhooks/{webhook_id}                group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
DELETE /webhooks/{webhook_id}                other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /webhooks/{webhook_id}/rotate           own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            404 404
POST /webhooks/{webhook_id}/rotate           group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
POST /webhooks/{webhook_id}/rotate           other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /webhooks/{webhook_id}/ping             own   401    ok  404 404 ok   403           ok             403            403               403              ok        403            404 404
POST /webhooks/{webhook_id}/ping             group 401    ok  ok  404 ok   403           ok             403            403               403              ok        403            404 404
POST /webhooks/{webhook_id}/ping             other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
GET /webhooks/{webhook_id}/deliveries        own   401    ok  404 404 ok   ok            ok             403            403               403              ok        ok             404 404
GET /webhooks/{webhook_id}/deliveries        group 401    ok  ok  404 ok   ok            ok             403            403               403              ok        ok             404 404
GET /webhooks/{webhook_id}/deliveries        other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404

GET /users                                   -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
POST /users                                  -     401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /users/me                                -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /users/{user_id}                         own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /users/{user_id}                         other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /users/{user_id}                       own   401    403 404 404 ok   403           403            403            403               403              403       403            404 404
PATCH /users/{user_id}                       other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /users/{user_id}                      own   401    403 404 404 409  403           403            403            403               403              403       403            404 404
DELETE /users/{user_id}                      other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /groups                                  -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
POST /groups                                 -     401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /groups/{group_id}                       own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /groups/{group_id}                       group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /groups/{group_id}                       other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
PATCH /groups/{group_id}                     own   401    403 404 404 ok   403           403            403            403               403              403       403            404 404
PATCH /groups/{group_id}                     group 401    403 403 404 ok   403           403            403            403               403              403       403            404 404
PATCH /groups/{group_id}                     other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /groups/{group_id}                    own   401    403 404 404 ok   403           403            403            403               403              403       403            404 404
DELETE /groups/{group_id}                    group 401    403 403 404 ok   403           403            403            403               403              403       403            404 404
DELETE /groups/{group_id}                    other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
GET /groups/{group_id}/members               own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /groups/{group_id}/members               group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /groups/{group_id}/members               other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
POST /groups/{group_id}/members              own   401    403 404 404 ok   403           403            403            403               403              403       403            404 404
POST /groups/{group_id}/members              group 401    403 403 404 ok   403           403            403            403               403              403       403            404 404
POST /groups/{group_id}/members              other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /groups/{group_id}/members            own   401    403 404 404 ok   403           403            403            403               403              403       403            404 404
DELETE /groups/{group_id}/members            group 401    403 403 404 ok   403           403            403            403               403              403       403            404 404
DELETE /groups/{group_id}/members            other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /groups/{group_id}/members/{user_id}  own   401    403 404 404 ok   403           403            403            403               403              403       403            404 404
DELETE /groups/{group_id}/members/{user_id}  group 401    403 403 404 ok   403           403            403            403               403              403       403            404 404
DELETE /groups/{group_id}/members/{user_id}  other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /tokens                                  -     401    ok  ok  ok  ok   403           403            403            403               403              ok        403            403 403
POST /tokens                                 own   401    ok  404 404 ok   403           403            403            403               403              ok        403            403 403
POST /tokens                                 other 401    404 404 404 ok   403           403            403            403               403              404       403            403 403
GET /tokens/{token_id}                       own   401    ok  404 404 ok   403           403            403            403               403              ok        403            404 404
GET /tokens/{token_id}                       other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
DELETE /tokens/{token_id}                    own   401    ok  404 404 ok   403           403            403            403               403              ok        403            404 404
DELETE /tokens/{token_id}                    other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404
POST /tokens/{token_id}/rotate               own   401    ok  404 404 ok   403           403            403            403               403              ok        403            404 404
POST /tokens/{token_id}/rotate               other 401    404 404 404 ok   404           404            404            404               404              404       403            404 404

GET /metrics                                 -     401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /audit                                   -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403

GET /recipes                                 -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
POST /recipes                                own   401    ok  403 403 ok   403           ok             403            403               403              ok        403            403 403
POST /recipes                                group 401    ok  ok  403 ok   403           ok             403            403               403              ok        403            403 403
POST /recipes                                other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
PUT /recipes                                 own   401    ok  403 403 ok   403           ok             403            403               403              ok        403            403 403
PUT /recipes                                 group 401    ok  ok  403 ok   403           ok             403            403               403              ok        403            403 403
PUT /recipes                                 other 401    403 403 403 ok   403           403            403            403               403              403       403            403 403
GET /recipes/{recipe_type}/{recipe_name}     own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /recipes/{recipe_type}/{recipe_name}     group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /recipes/{recipe_type}/{recipe_name}     other 401    404 404 404 ok   404           404            404            403               403              404       ok             404 404
GET /jobs/{job_id}/recipe                    own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/recipe                    group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/recipe                    other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /jobs/{job_id}/runtimesummary            own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/runtimesummary            group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/runtimesummary            other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /jobs/{job_id}/history                   own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/history                   group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/history                   other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /jobs/{job_id}/logs                      own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/logs                      group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/logs                      other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /jobs/{job_id}/metrics                   own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/metrics                   group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/metrics                   other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /jobs/{job_id}/clusters                  own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /jobs/{job_id}/clusters                  group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /jobs/{job_id}/clusters                  other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /active/pods                             -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /active/pods/{pod_name}                  own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /active/pods/{pod_name}                  group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /active/pods/{pod_name}                  other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /active/pods/{pod_name}/logs             own   401    ok  404 404 ok   ok            ok             ok             403               403              ok        ok             ok  ok
GET /active/pods/{pod_name}/logs             group 401    ok  ok  404 ok   ok            ok             ok             403               403              ok        ok             404 404
GET /active/pods/{pod_name}/logs             other 401    404 404 404 ok   404           404            404            404               404              404       ok             404 404
GET /pod/namespace/{namespace}/name/{pod_name}/runtimesummary own 401 ok 404 404 ok ok   ok             ok             403               403              ok        ok             ok  ok
GET /pod/namespace/{namespace}/name/{pod_name}/runtimesummary group 401 ok ok 404 ok ok  ok             ok             403               403              ok        ok             404 404
GET /pod/namespace/{namespace}/name/{pod_name}/runtimesummary other 401 404 404 404 ok 404 404          404            404               404              404       ok             404 404
GET /active/resources                        -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /user                                    -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /user/owners                             -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /orgs                                    -     401    ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
GET /orgs/{org}/owners                       -     401    ok  ok  ok  ok   ok            ok             ok             403               403              ok        ok             403 403
GET /limits                                  -     401    ok  ok  ok  ok   ok            ok             ok             ok                ok               ok        ok             ok  ok
POST /auth/token                             -     401    401 401 401 401  401           401            401            401               401              401       401            401 401
`;

const [head = [], ...lines] = table
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split(/\s+/));

/** Who asks. */
export const columns: readonly string[] = head.slice(2);

export interface AccessRow {
  route: string;
  thing: Whose | '-';
  /** By who asks: `ok`, or the status of the refusal. */
  cells: Readonly<Record<string, string>>;
}

export const accessTable: readonly AccessRow[] = lines.map(([method, path, thing, ...cells]) => {
  if (cells.length !== columns.length) throw new Error(`The row of ${method} ${path} has ${cells.length} cells.`);
  const entries = columns.map((column, i) => [column, cells[i] ?? ''] as const);
  return { route: `${method} ${path}`, thing: thing as AccessRow['thing'], cells: Object.fromEntries(entries) };
});
