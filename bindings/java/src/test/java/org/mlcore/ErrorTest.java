package org.mlcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ErrorTest {
    @Test
    void settingErrorsNameTheParameterAndTheRange() {
        MlcoreException e = assertThrows(MlcoreException.class,
                () -> Model.create("gradient_boosting_classifier", "n_estimators=-1"));
        assertEquals(-2, e.status());
        assertEquals("MLC_ERROR_SETTING", e.statusName());
        assertEquals("n_estimators", e.name());
        assertTrue(e.getMessage().contains("must be from 1 to"), e.getMessage());
    }

    @Test
    void unknownNamesGetTheNearestOne() {
        MlcoreException component = assertThrows(MlcoreException.class,
                () -> Model.create("rigde"));
        assertEquals("MLC_ERROR_COMPONENT", component.statusName());
        assertTrue(component.getMessage().contains("'ridge'"), component.getMessage());
        MlcoreException setting = assertThrows(MlcoreException.class,
                () -> Model.create("ridge", "alhpa=1"));
        assertEquals("alhpa", setting.name());
        assertTrue(setting.getMessage().contains("alpha"), setting.getMessage());
    }

    @Test
    void syntaxErrorsPointIntoTheRecipe() {
        MlcoreException e = assertThrows(MlcoreException.class,
                () -> Model.parse("pipeline(automatic,\n  ridge(alpha=)"));
        assertEquals("MLC_ERROR_SYNTAX", e.statusName());
        assertEquals(2, e.line());
        assertTrue(e.column() > 0);
    }

    @Test
    void csvErrorsPointIntoTheFile() {
        MlcoreException e = assertThrows(MlcoreException.class,
                () -> Dataset.parseCsv("a,b\n1,2\n3,4,5\n", null));
        assertEquals("MLC_ERROR_FORMAT", e.statusName());
        assertEquals(3, e.line());
    }

    @Test
    void messagesKeepTheirCharacters() {
        MlcoreException e = assertThrows(MlcoreException.class,
                () -> Dataset.readCsv("/nowhere/größe 😀.csv"));
        assertEquals("MLC_ERROR_IO", e.statusName());
        assertTrue(e.getMessage().contains("größe 😀.csv"), e.getMessage());
    }

    @Test
    void statusNamesAreThoseOfTheLibrary() {
        assertEquals("MLC_ERROR_INTERNAL", Native.statusName(-99));
        assertEquals("MLC_ERROR_UNKNOWN", Native.statusName(12345));
        assertEquals(Version.EXPECTED, Version.version());
        assertTrue(Version.buildInfo().startsWith("mlcore " + Version.EXPECTED));
    }
}
