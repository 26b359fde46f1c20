// The hand-written half of the bindings: an AAR for any app, beside the first.
plugins {
    alias(libs.plugins.android.library)
    `maven-publish`
}

android {
    namespace = "lotline.handheld"
    compileSdk = libs.versions.compileSdk.get().toInt()

    defaultConfig { minSdk = libs.versions.minSdk.get().toInt() }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    publishing { singleVariant("release") { withSourcesJar() } }
}

kotlin { compilerOptions { allWarningsAsErrors = true } }

dependencies { api(project(":bindings")) }

publishing {
    publications {
        register<MavenPublication>("release") {
            artifactId = "lotline-handheld"
            afterEvaluate { from(components["release"]) }
        }
    }
}
