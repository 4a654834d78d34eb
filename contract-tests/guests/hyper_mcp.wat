  ;; What every guest of hyper-mcp's starts with: that host's functions, Extism's, one of WASI's, and an answer that is put
  ;; together piece by piece. The harness puts a module around it, the texts and the exports behind it.
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
  (import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
  (import "extism:host/env" "error_set" (func $error_set (param i64)))
  (import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
  (import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
  (import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
  (import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
  (import "extism:host/user" "create_elicitation" (func $create_elicitation (param i64) (result i64)))
  (import "extism:host/user" "create_message" (func $create_message (param i64) (result i64)))
  (import "extism:host/user" "list_roots" (func $list_roots (result i64)))
  (import "extism:host/user" "get_access_token" (func $get_access_token (param i64) (result i64)))
  (import "extism:host/user" "get_keyring_secret" (func $get_keyring_secret (param i64) (result i64)))
  (import "extism:host/user" "notify_logging_message" (func $notify_logging_message (param i64)))
  (import "extism:host/user" "notify_progress" (func $notify_progress (param i64)))
  (import "extism:host/user" "notify_prompt_list_changed" (func $notify_prompt_list_changed))
  (import "extism:host/user" "notify_resource_list_changed" (func $notify_resource_list_changed))
  (import "extism:host/user" "notify_resource_updated" (func $notify_resource_updated (param i64)))
  (import "extism:host/user" "notify_tool_list_changed" (func $notify_tool_list_changed))
  (import "extism:host/user" "notify_url_elicitation_completed" (func $notify_url_elicitation_completed (param i64)))
  (memory (export "memory") 16)
  ;; Texts lie from 64 on, the answer from 65536 on.
  (global $end (mut i32) (i32.const 65536))
  ;; Copies a text into a block of the kernel's memory.
  (func $text (param $at i32) (param $size i32) (result i64)
    (local $block i64) (local $i i32)
    (local.set $block (call $alloc (i64.extend_i32_u (local.get $size))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (local.get $size)))
        (call $store_u8
          (i64.add (local.get $block) (i64.extend_i32_u (local.get $i)))
          (i32.load8_u (i32.add (local.get $at) (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $block))
  (func $put_byte (param $byte i32)
    (i32.store8 (global.get $end) (local.get $byte))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))
  (func $put (param $at i32) (param $size i32)
    (memory.copy (global.get $end) (local.get $at) (local.get $size))
    (global.set $end (i32.add (global.get $end) (local.get $size))))
  (func $put_block (param $block i64)
    (local $i i64) (local $size i64)
    (if (i64.eqz (local.get $block)) (then (return)))
    (local.set $size (call $length (local.get $block)))
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $i) (local.get $size)))
        (call $put_byte (call $load_u8 (i64.add (local.get $block) (local.get $i))))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $next))))
  (func $put_input
    (local $i i64)
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $i) (call $input_length)))
        (call $put_byte (call $input_load_u8 (local.get $i)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $next))))
  ;; Hands out what was put together, and forgets it.
  (func $answer
    (local $size i32)
    (local.set $size (i32.sub (global.get $end) (i32.const 65536)))
    (call $output_set
      (call $text (i32.const 65536) (local.get $size))
      (i64.extend_i32_u (local.get $size)))
    (global.set $end (i32.const 65536)))
  ;; Whether the input has this text in it.
  (func $asked (param $at i32) (param $size i32) (result i32)
    (local $from i64) (local $i i32)
    (loop $start
      (if (i64.gt_u
            (i64.add (local.get $from) (i64.extend_i32_u (local.get $size)))
            (call $input_length))
        (then (return (i32.const 0))))
      (local.set $i (i32.const 0))
      (block $differs
        (loop $same
          (if (i32.eq (local.get $i) (local.get $size)) (then (return (i32.const 1))))
          (br_if $differs (i32.ne
            (call $input_load_u8 (i64.add (local.get $from) (i64.extend_i32_u (local.get $i))))
            (i32.load8_u (i32.add (local.get $at) (local.get $i)))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $same)))
      (local.set $from (i64.add (local.get $from) (i64.const 1)))
      (br $start))
    (unreachable))
