package dev.interlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** Knows how a database folds and quotes the names of tables and columns. Immutable. */
final class Names {

    private enum Folding {
        UPPER,
        LOWER,
        NONE
    }

    private final Folding folding;

    Names(DatabaseMetaData database) throws SQLException {
        folding = database.storesUpperCaseIdentifiers()
                ? Folding.UPPER
                : database.storesLowerCaseIdentifiers() ? Folding.LOWER : Folding.NONE;
    }

    static boolean isQuoted(String written) {
        return written.length() > 1 && "\"`[".indexOf(written.charAt(0)) >= 0;
    }

    static String unquoted(String written) {
        if (!isQuoted(written)) {
            return written;
        }
        String inner = written.substring(1, written.length() - 1);
        return switch (written.charAt(0)) {
            case '"' -> inner.replace("\"\"", "\"");
            case '`' -> inner.replace("``", "`");
            default -> inner.replace("]]", "]");
        };
    }

    /** Returns a name as the database stores it, if it folds this spelling. */
    String stored(String written) {
        return isQuoted(written) ? unquoted(written) : folded(written);
    }

    private String folded(String name) {
        return switch (folding) {
            case UPPER -> name.toUpperCase(Locale.ROOT);
            case LOWER -> name.toLowerCase(Locale.ROOT);
            case NONE -> name;
        };
    }

    /** Returns a segment for a resource. A name that needs no quotes is in lower case, as people write it. */
    String segment(String stored) {
        return folded(stored).equals(stored) ? stored.toLowerCase(Locale.ROOT) : stored;
    }

    /** Returns one text for all spellings of a column. */
    static String column(String written) {
        return unquoted(written).toLowerCase(Locale.ROOT);
    }

    /** Whether the database stores names as written but finds them in any letter case. */
    boolean foldsNothing() {
        return folding == Folding.NONE;
    }
}
