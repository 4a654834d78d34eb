  ;; Uses a Var, an effect and a log, then denies with every byte of its input as the reason: whatever another turn did to
  ;; this one would show.
  (data (i32.const 1024) "{\22kind\22:\22deny\22,\22value\22:{\22reason\22:\22")
  (data (i32.const 1088) "\22}}")
  (func (export "handle_pre_tool_use") (result i32)
    (local $i i64) (local $at i32) (local $byte i32) (local $key i64)
    (local.set $key (call $text (i32.const 128) (i32.const 7)))
    (call $var_set (local.get $key) (call $message))
    (if (i64.ne (call $length (call $var_get (local.get $key))) (i64.const 19)) (then (unreachable)))
    (if (i64.eqz (call $length (call $clock_now (call $empty)))) (then (unreachable)))
    (call $env_log_error (local.get $key))
    ;; The output is put together from 4096 on.
    (memory.copy (i32.const 4096) (i32.const 1024) (i32.const 34))
    (local.set $at (i32.const 4130))
    (block $done
      (loop $next
        (br_if $done (i64.ge_u (local.get $i) (call $input_length)))
        (local.set $byte (call $input_load_u8 (local.get $i)))
        (if (i32.or
              (i32.eq (local.get $byte) (i32.const 34))
              (i32.eq (local.get $byte) (i32.const 92)))
          (then
            (i32.store8 (local.get $at) (i32.const 92))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))))
        (i32.store8 (local.get $at) (local.get $byte))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $next)))
    (memory.copy (local.get $at) (i32.const 1088) (i32.const 3))
    (call $output (i32.const 4096) (i32.sub (local.get $at) (i32.const 4093)))
    (i32.const 0))
