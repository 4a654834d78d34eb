//! Trees of representative texts, in a short notation: the snapshot is the specification.

#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::too_many_lines,
    unreachable_pub,
    reason = "a test that cannot go on fails"
)]

mod notation;

use sinew_shell::{ShellLimits, parse};

const COMMANDS: &[&str] = &[
    "ls -la",
    "a && b || ! c | d &",
    r#"X=1 Y[2]+=3 cmd "a $b" 'c' $'\x72m' r\m ~/x *.o {a,b} $(ls | wc) `ls` ${x:-y} >out 2>&1 <<EOF
hi $x `a` $(b)
EOF"#,
    "( (rm -rf /) )",
    "((rm -rf /); ls)",
    "((rm -rf /) )",
    "((i++)); for ((i=0;i<3;i++)); do echo $i; done",
    "echo $((1+2)) $( (a) ) $((a); b) $[1+2]",
    "case $x in a|b) ls;; (c) rm;& *) echo; esac",
    "echo $(case x in a) ls;; esac) done",
    "if a; then b; elif c; then d; else e; fi > out",
    "while read x; do echo $x; done < file",
    "until false; do :; done",
    "select x in a b; do echo $x; done",
    "f() { rm -rf /; }; function g { ls; } ; function h() (ls)",
    "coproc foo { ls; }",
    "coproc ls -l",
    "time -p ls | wc",
    "[[ -f a && $x =~ ^(rm|x)+$ || ! ( a < b ) ]] && echo",
    "if [[ a ]] then ls; fi",
    "diff <(a) >(b) x<(c)",
    r"cat <<'EOF' | sh
rm -rf $x
EOF
ls",
    r"cat <<-EOF
	hi
	$x
	EOF",
    r"cat <<A <<B; ls
a
A
b
B
echo",
    r"# comment
ls # rm -rf /
echo a#b",
    r#"a=(1 2 "x y" [5]=$z) ; declare -a b=(x) ; c=( # hi
 d
)"#,
    r"for x; do ls; done; for y in; do ls; done; for z
in a
do ls; done",
    "echo {1..5} {a..c} {a,{b,c}}d {} {a} {{.Names}} a{b c}",
    r#"ls &> out; ls &>> out; ls |& cat; ls >| x; ls <> y; ls {fd}>z; ls <<< "str $x""#,
    "!(rm -rf /)",
    "! ( rm )",
    "echo !(a|b) @(x) a?(b)",
    r#"echo "a\"b\$c\d`ls`" 'it''s' $"tr" "#,
    r#"echo ${#x} ${!x} ${x[@]} ${x[$i]:1:2} ${x//a/b} ${x@Q} ${!x*} $1 $@ $$ ${10} ${x%%.*} "${x:-'a}""#,
    "PATH=~/bin:~/x ls of=~/x --a=~/b",
    "r''m -rf / ; $X -rf / ; ${IFS}",
    r#"echo "unterminated"#,
    "echo $(",
    "if a; then",
    "ls )",
    r"echo `echo \`ls\``",
    "a; ; b",
    "echo > ",
    "{ a; b; } 2>&1 | c",
    "done",
    r"a \
 b",
    "[ -f x ] && y",
    r"cat <<EOF
never ends",
    r#"git commit -m "$(cat <<'EOF'
it's a "msg" with ) and ` and $(
EOF
)""#,
    "alias x='rm -rf'; unset -f a",
    "echo a;;",
    r"case x in
  a) echo ;;
  b)
    ls
esac",
    "for i in 1 2; { echo $i; }",
    "${ ls; } x",
    r#"echo ${x!} "${y""#,
    "time",
    "!",
    r"a ||
b",
    "x=$(rm a) y=`z`",
    "awk '{print $1}' file | xargs -I{} rm {}",
];

#[test]
fn every_construct_has_its_tree() {
    let trees: String = COMMANDS
        .iter()
        .map(|command| match parse(command, ShellLimits::default()) {
            Ok(script) => format!("{command}\n    => {}\n", notation::script(&script)),
            Err(error) => format!("{command}\n    => error: {error}\n"),
        })
        .collect();
    insta::assert_snapshot!(trees);
}
