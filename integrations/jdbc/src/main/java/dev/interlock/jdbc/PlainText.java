package dev.interlock.jdbc;

/**
 * Checks that every database reads a text's literals and comments as the parser does. Backslashes, JDBC's braces and
 * dollar-quoted strings are read differently, and so are comments that are executed, nested, or begin without a space.
 */
final class PlainText {

    private PlainText() {}

    static boolean is(String sql) {
        if (sql.indexOf('\\') >= 0) {
            return false;
        }
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int end;
            if (c == '\'' || c == '"' || c == '`') {
                end = sql.indexOf(c, at + 1);
            } else if (sql.startsWith("--", at)) {
                if (at + 2 < sql.length() && !Character.isWhitespace(sql.charAt(at + 2))) {
                    return false;
                }
                end = sql.indexOf('\n', at);
                end = end < 0 ? sql.length() : end;
            } else if (sql.startsWith("/*", at)) {
                end = sql.indexOf("*/", at + 2);
                if (end < 0
                        || "!M".indexOf(sql.charAt(at + 2)) >= 0
                        || sql.substring(at + 2, end).contains("/*")) {
                    return false;
                }
                end++;
            } else if (c == '#' || c == '{' || c == '}' || c == '$') {
                return false;
            } else {
                end = at;
            }
            if (end < 0) {
                return false;
            }
            at = end + 1;
        }
        return true;
    }
}
