package dev.interlock.langchain4j;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes new ids in the form of a given one, since providers check the form: Mistral takes nine letters and digits,
 * OpenAI at most 40 characters, Anthropic and Bedrock letters, digits, underscores and hyphens. A new id has at most 40
 * characters and keeps the beginning of the given one, so a prefix such as {@code call_} stays. If the given one is
 * nine letters and digits, or looks random, the new one has the same length and only letters and digits at its end.
 * Immutable.
 */
sealed interface IdForm {

    /** The most characters that OpenAI takes. */
    int LONGEST = 40;

    /** Returns the id for a number of up to nine digits. A few different numbers may have the same id. */
    String id(int number);

    /** The first number to try. */
    int first();

    /** Returns the form of an id. The id itself counts as that of number 1. */
    static IdForm like(String id) {
        Matcher counted = Counted.PATTERN.matcher(id);
        if (counted.matches()) {
            return new Counted(counted.group(1), Integer.parseInt(counted.group(2)));
        }
        String clean = id.replaceAll("[^A-Za-z0-9_-]", "_");
        if (clean.length() > LONGEST) {
            return new Overwritten(clean.substring(0, LONGEST));
        }
        return Overwritten.looksDrawn(clean) ? new Overwritten(clean) : new Suffixed(clean);
    }

    /** Returns a form that every provider accepts, for responses without any id. */
    static IdForm ofAnyProvider() {
        return new Universal();
    }

    /** The form of Kimi's models, which get confused if calls of the conversation have other ids. */
    record Counted(String head, int given) implements IdForm {

        private static final Pattern PATTERN = Pattern.compile("(functions\\.[\\w.-]{1,19}:)(\\d{1,8})");

        @Override
        public String id(int number) {
            return head + (given + number - 1);
        }

        @Override
        public int first() {
            return 2;
        }
    }

    /** The number replaces the last characters. */
    record Overwritten(String given) implements IdForm {

        private static final int DRAWN = 9;
        private static final Pattern NINE = Pattern.compile("[A-Za-z0-9]{9}");
        private static final Pattern TAIL = Pattern.compile("[A-Za-z0-9]*$");

        static boolean looksDrawn(String id) {
            if (NINE.matcher(id).matches()) {
                return true;
            }
            Matcher tail = TAIL.matcher(id);
            return tail.find()
                    && tail.group().length() >= DRAWN
                    && tail.group().chars().anyMatch(Character::isDigit);
        }

        @Override
        public String id(int number) {
            String end = Integer.toString(number);
            return given.substring(0, given.length() - end.length()) + end;
        }

        @Override
        public int first() {
            return 2;
        }
    }

    /** The number follows the given id, so that function names, short numbers and the like stay readable. */
    record Suffixed(String given) implements IdForm {

        @Override
        public String id(int number) {
            String end = "_" + number;
            return given.substring(0, Math.min(given.length(), LONGEST - end.length())) + end;
        }

        @Override
        public int first() {
            return 2;
        }
    }

    /** Nine letters and digits, which every provider accepts. */
    record Universal() implements IdForm {

        @Override
        public String id(int number) {
            return String.format(Locale.ROOT, "call%05d", number);
        }

        @Override
        public int first() {
            return 1;
        }
    }
}
