package dev.interlock.effect;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether a computation gets all that it computes with as arguments. If it does not, it computes with what is
 * stored elsewhere: "the cart total" with nothing but a tax rate, or "the distance between two nodes" with the keys of
 * the nodes. A key may be a text or a whole number, and its name may be a letter.
 *
 * <p>Looks at each word of the sentence and each parameter a fixed number of times. Immutable.
 */
final class Operands {

    /** Last words of parameters that say how to compute, and not with what. */
    private static final Set<String> OPTIONS = WordList.of("""
            year years month months quarter quarters week weeks limit window precision round rate discount decimals places off \
            unit units method mode format system separator delimiter interval top count page offset threshold min max \
            minimum maximum length size start end width order to level""");

    /** Options that hold digits, but are the value if they are a text. */
    private static final Set<String> DIGITS = WordList.of("digit digits");

    /** Verbs that need two operands. */
    private static final Set<String> ARITHMETIC = WordList.of("""
            add adds adding subtract subtracts subtracting sum sums summing multiply multiplies multiplying divide divides \
            dividing""");

    private static final Set<String> NUMBERS = WordList.of("""
            number integer decimal fraction value vector matrix matrices polynomial array list sequence""");

    private static final Set<String> PLACES = WordList.of("of in on at");

    /** Things that have a state which other tools change. */
    private static final Set<String> STORES = WordList.of("""
            cart basket portfolio wallet inventory queue warehouse game board budget balance document note screen project led \
            graph display leaderboard playlist""");

    /** Names of a choice between ways to compute, unless the sentence makes it the thing to compute with. */
    private static final Set<String> CHOICES = WordList.of("system mode format");

    private static final Map<String, Lexicon.Word> CALCULUS = Lexicon.forms("integrate differentiate solve derive");
    private static final Set<String> CALCULATED = WordList.of("""
            derivative derivatives differentiation integral integrals integration interpolation root roots gradient slope \
            area limit maximum minimum""");

    /** What a text can hold. */
    private static final Set<String> OF_TEXT = WordList.of("""
            text string word sentence phrase paragraph letter character number integer decimal fraction digit expression \
            equation polynomial formula""");

    /** What no text of one letter holds, but a stored thing of that name does. */
    private static final Set<String> OF_ELEMENTS =
            WordList.of("list lists array arrays matrix matrices vector vectors dataset datasets");

    /** Letters of what tells two values apart: {@code text_one}, {@code unit_out}. */
    private static final int LONGEST_NUMBER = 3;

    private final Sentence s;
    private final Map<String, ParameterType> parameters;

    private final StoredThings things;
    private final NounSet objects;
    private final boolean ofText;

    /** The words of the parameters that may hold a thing. */
    private final NounSet held;

    /** The words of the parameters with whole numbers, which hold a quantity only. */
    private final NounSet numbered;

    Operands(Sentence s, Map<String, ParameterType> parameters) {
        this.s = s;
        this.parameters = parameters;
        this.things = new StoredThings(s);
        this.objects = new NounSet(s.objects());
        this.ofText = isOfText();
        this.held = new NounSet(wordsOf(false));
        this.numbered = new NounSet(wordsOf(true));
    }

    private List<String> wordsOf(boolean integers) {
        return parameters.entrySet().stream()
                .filter(each -> !isOption(each.getKey(), each.getValue()))
                .filter(each -> (each.getValue() == ParameterType.INTEGER) == integers)
                .flatMap(each -> ToolName.words(each.getKey()).stream())
                .toList();
    }

    /**
     * Whether a parameter surely holds a value. A text may also be the key of a stored value: {@code dataset} is the
     * data only if its type is not a text. A whole number is a value only if its noun is one.
     */
    boolean isValue(String parameter, ParameterType type) {
        List<String> words = ToolName.words(parameter);
        String noun = ParameterNoun.of(words);
        if (type == ParameterType.BOOLEAN || type == ParameterType.ENUM) {
            return true;
        }
        if (things.isKey(noun, type)) {
            return false;
        }
        return switch (type) {
            case BOOLEAN, ENUM, NUMBER -> true;
            case INTEGER -> isOption(parameter, type) || isWholeNumber(noun);
            case OTHER -> ValueNouns.isValueName(noun) || isValueOpener(words.get(0));
            case STRING -> isText(words, noun);
        };
    }

    /** {@code base}, {@code x}; and {@code shift} in "shifts each letter", which otherwise may be a shift at work. */
    private boolean isWholeNumber(String noun) {
        return ValueNouns.isLetter(noun) || ValueNouns.isNumeric(noun) || Nouns.areAlike(s.at(s.head()), noun);
    }

    /** {@code matrix_left}; but {@code a} in {@code a_node} says nothing. */
    private static boolean isValueOpener(String word) {
        return word.length() > 1 && ValueNouns.isValueName(word);
    }

    private boolean isText(List<String> words, String noun) {
        if (ValueNouns.isLetter(noun)) {
            return ofText;
        }
        String last = words.get(words.size() - 1);
        String first = words.get(0);
        boolean tagged = words.stream().skip(1).allMatch(word -> word.length() <= LONGEST_NUMBER);
        return ValueNouns.isOneOf(noun, ValueNouns.TEXTS)
                || (ValueNouns.isOneOf(first, ValueNouns.TEXTS) && tagged)
                || (CHOICES.contains(last) && !s.speaksOf(last))
                || (ValueNouns.isOneOf(noun, ValueNouns.TERMS) && isCalculus());
    }

    /** "The derivative of a function", but not "the complexity of a function", which may be one in a repository. */
    private boolean isCalculus() {
        return CALCULUS.containsKey(s.at(s.head())) || s.has(CALCULATED, s.head() + 1, s.size());
    }

    /** Whether the arguments hold the operands of the computation. */
    boolean areGiven() {
        if (speaksOfStored()) {
            return false;
        }
        long numbers = parameters.entrySet().stream()
                .filter(each -> isNumber(each.getValue()) && !isOption(each.getKey(), each.getValue()))
                .filter(each -> !things.isKey(ParameterNoun.of(ToolName.words(each.getKey())), each.getValue()))
                .count();
        return numbers >= 2
                || parameters.entrySet().stream().anyMatch(each -> isOperand(each.getKey(), each.getValue()));
    }

    /** Whether the arguments hold the value that a verb such as "sort" or "add" transforms. */
    boolean holdObject() {
        if (!areGiven()) {
            return false;
        }
        boolean values = parameters.values().stream()
                .anyMatch(type -> type == ParameterType.OTHER || type == ParameterType.STRING);
        long operands = parameters.entrySet().stream()
                .filter(each -> !isOption(each.getKey(), each.getValue()))
                .count();
        if (ARITHMETIC.contains(s.at(s.head()))) {
            boolean named = parameters.keySet().stream().anyMatch(name -> name.length() > 1 && objects.has(name));
            boolean array = parameters.containsValue(ParameterType.OTHER);
            return (operands >= 2 || array) && (named || objectIs(NUMBERS));
        }
        return operands >= 1 && (values || !objectIs(ValueNouns.TEXTS_AND_LISTS));
    }

    private boolean isOperand(String parameter, ParameterType type) {
        if (isOption(parameter, type)) {
            return false;
        }
        List<String> words = ToolName.words(parameter);
        if (!isNumber(type) || ValueNouns.isValueName(ParameterNoun.of(words))) {
            return true;
        }
        boolean mentioned = words.stream().anyMatch(word -> word.length() > 2 && s.speaksOf(word));
        return words.stream().anyMatch(ValueNouns.QUANTITIES::contains) || (type == ParameterType.NUMBER && mentioned);
    }

    private static boolean isNumber(ParameterType type) {
        return type == ParameterType.INTEGER || type == ParameterType.NUMBER;
    }

    private static boolean isOption(String parameter, ParameterType type) {
        if (type == ParameterType.BOOLEAN || type == ParameterType.ENUM) {
            return true;
        }
        List<String> words = ToolName.words(parameter);
        String last = ParameterNoun.lastWord(words);
        boolean measured = words.size() > 1 && words.stream().anyMatch(ValueNouns.QUANTITIES::contains);
        boolean digits = isNumber(type) && DIGITS.contains(last);
        boolean size = words.size() == 1 && ValueNouns.QUANTITIES.contains(last) && !OPTIONS.contains(last);
        return !size && (digits || (OPTIONS.contains(last) && !measured));
    }

    /** Whether the sentence computes with a text or a number, and with no list: "reverses a string". */
    private boolean isOfText() {
        if (s.has(OF_ELEMENTS)) {
            return false;
        }
        for (int i = s.head() + 1; i < s.size(); i++) {
            if (Nouns.isOneOf(s.at(i), OF_TEXT) && !PLACES.contains(s.at(i + 1))) {
                return true;
            }
        }
        return false;
    }

    /** "The total of the cart", "the cart total": a thing that no parameter holds. */
    private boolean speaksOfStored() {
        for (int i = s.head() + 1; i < s.size(); i++) {
            boolean definite = PLACES.contains(s.at(i)) && s.at(i + 1).equals("the");
            if ((definite && !isAbstract(i + 2)) || isStoredList(i)) {
                return true;
            }
            if (STORES.contains(Nouns.singular(s.at(i))) && !isParameter(s.at(i))) {
                return true;
            }
        }
        return false;
    }

    /** "Reverses the list", where no argument is a list: one that another call has made. */
    private boolean isStoredList(int i) {
        if (!s.at(i).equals("the") || parameters.containsValue(ParameterType.OTHER)) {
            return false;
        }
        int end = i + 1;
        while (end < s.size() && !Grammar.NO_OBJECT.contains(s.at(end))) {
            end++;
        }
        return s.has(ValueNouns.LISTS, i + 1, end);
    }

    private boolean isAbstract(int from) {
        for (int i = from; i < s.size() && !Grammar.NO_OBJECT.contains(s.at(i)); i++) {
            if (ValueNouns.ABSTRACT.contains(Nouns.singular(s.at(i))) || isParameter(s.at(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean isParameter(String noun) {
        return held.has(noun) || (ValueNouns.QUANTITIES.contains(Nouns.singular(noun)) && numbered.has(noun));
    }

    private boolean objectIs(Set<String> nouns) {
        for (int i = s.head() + 1; i < s.objectEnd(); i++) {
            if (nouns.contains(s.at(i)) || nouns.contains(Nouns.singular(s.at(i)))) {
                return true;
            }
        }
        return false;
    }
}
