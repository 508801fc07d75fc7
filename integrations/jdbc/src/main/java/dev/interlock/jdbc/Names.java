package dev.interlock.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Locale;

/** How a database folds and quotes the names of tables and columns. Immutable. */
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

    /** A name as the database stores it, if it stores it as it was written here. */
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

    /** A segment of a resource: in lower case for what need not be quoted, so that it is as people write it. */
    String segment(String stored) {
        return folded(stored).equals(stored) ? stored.toLowerCase(Locale.ROOT) : stored;
    }

    /** The same for all spellings of a column. */
    static String column(String written) {
        return unquoted(written).toLowerCase(Locale.ROOT);
    }

    /** Whether the database keeps names as they were written and finds them in other letter case. */
    boolean foldsNothing() {
        return folding == Folding.NONE;
    }
}
